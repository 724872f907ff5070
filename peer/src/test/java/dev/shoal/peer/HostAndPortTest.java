package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostAndPortTest {

    @Test
    void anAddressIsAHostWithAPortOrTheUsualOne() {
        assertThat(HostAndPort.parse("lab.example.org")).isEqualTo(new HostAndPort("lab.example.org", 7800));
        assertThat(HostAndPort.parse("10.0.0.1:7811")).isEqualTo(new HostAndPort("10.0.0.1", 7811));
        assertThat(HostAndPort.parse("[2001:db8::1]:7811")).isEqualTo(new HostAndPort("2001:db8::1", 7811));
        assertThat(HostAndPort.parse("2001:db8::1")).isEqualTo(new HostAndPort("2001:db8::1", 7800));
    }

    @Test
    void aPortAloneIsNoAddressAndItIsSaidWhatToWrite() {
        assertThatThrownBy(() -> HostAndPort.parse("7811"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"7811\" is a port without its host; write HOST:7811, or 127.0.0.1:7811 for one on this"
                        + " machine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":7811", "a b", "host:0", "host:65536", "user@host", "host/path", "host?x"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> HostAndPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
