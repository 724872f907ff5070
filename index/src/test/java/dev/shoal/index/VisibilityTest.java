package dev.shoal.index;

import static dev.shoal.index.Fixtures.address;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisibilityTest {

    private static final int PORT = 7801;

    @ParameterizedTest(name = "{0} of a source at {1} is told to {2}: {3}")
    @CsvSource({
        "127.0.0.1,    127.0.0.1,    127.0.0.1,     true",
        "127.0.0.1,    127.0.0.1,    ::1,           true",
        "::1,          ::1,          127.0.0.1,     true",
        "127.0.0.1,    127.0.0.1,    192.168.1.5,   false",
        "127.0.0.1,    127.0.0.1,    203.0.113.1,   false",
        "192.168.1.9,  192.168.1.9,  192.168.1.5,   true",
        "192.168.1.9,  192.168.1.9,  10.0.0.5,      true",
        "192.168.1.9,  127.0.0.1,    192.168.1.5,   true",
        "192.168.1.9,  192.168.1.9,  127.0.0.1,     true",
        "192.168.1.9,  203.0.113.7,  203.0.113.7,   true",
        "192.168.1.9,  203.0.113.7,  203.0.113.8,   false",
        "10.1.2.3,     10.1.2.3,     203.0.113.1,   false",
        "172.16.0.1,   172.16.0.1,   203.0.113.1,   false",
        "172.32.0.1,   172.32.0.1,   203.0.113.1,   true",
        "169.254.1.1,  169.254.1.1,  203.0.113.1,   false",
        "fd00::1,      fd00::1,      2001:db8::1,   false",
        "fd00::1,      fd00::1,      fd00::2,       true",
        "fe80::1,      fe80::1,      2001:db8::1,   false",
        "203.0.113.7,  203.0.113.7,  198.51.100.1,  true",
        "203.0.113.7,  203.0.113.7,  127.0.0.1,     true",
        "2001:db8::7,  2001:db8::7,  192.168.1.5,   true",
        "100.64.0.1,   100.64.0.1,   100.64.0.2,    true",
        "0.0.0.0,      203.0.113.7,  127.0.0.1,     false",
        "224.0.0.1,    203.0.113.7,  198.51.100.1,  false",
        "255.255.255.255, 203.0.113.7, 198.51.100.1, false",
        "ff02::1,      2001:db8::7,  2001:db8::8,   false",
        "::,           2001:db8::7,  2001:db8::8,   false"
    })
    void addressesAreToldToThoseWhoReachThem(String endpoint, String source, String asker, boolean told) {
        Endpoint tried = new Endpoint(address(endpoint), PORT);
        assertThat(Visibility.isTold(tried, address(source), address(asker))).isEqualTo(told);
    }

    @ParameterizedTest(name = "{0}:{1}, declared from {2}, is dialled: {3}")
    @CsvSource({
        "127.0.0.1,    7801, 127.0.0.1,   true",
        "127.0.0.1,    7801, 192.168.1.5, false",
        "127.0.0.1,    7801, 203.0.113.1, false",
        "::1,          7801, 2001:db8::1, false",
        "::ffff:127.0.0.1, 7801, 203.0.113.1, false",
        "192.168.1.9,  7801, 192.168.1.5, true",
        "192.168.1.9,  7801, 127.0.0.1,   true",
        "192.168.1.9,  7801, 203.0.113.1, false",
        "169.254.169.254, 8080, 203.0.113.1, false",
        "fd00::9,      7801, 2001:db8::1, false",
        "203.0.113.9,  7801, 203.0.113.1, true",
        "203.0.113.9,  1024, 203.0.113.1, true",
        "203.0.113.9,  1023, 203.0.113.1, false",
        "203.0.113.9,  22,   203.0.113.1, false",
        "127.0.0.1,    443,  127.0.0.1,   false",
        "0.0.0.0,      7801, 127.0.0.1,   false",
        "0.1.2.3,      7801, 203.0.113.1, false",
        "::,           7801, 127.0.0.1,   false",
        "239.1.1.1,    7801, 203.0.113.1, false",
        "ff05::1,      7801, 2001:db8::1, false",
        "2002:7f00:1::1, 7801, 2001:db8::1, false",
        "64:ff9b::7f00:1, 7801, 2001:db8::1, false",
        "::7f00:1,     7801, 2001:db8::1, false",
        "2001:db8::9,  7801, 203.0.113.1, true"
    })
    void onlyHarmlessAddressesAreDialled(String declared, int port, String observed, boolean dialled) {
        assertThat(Visibility.mayBeDialled(new Endpoint(address(declared), port), address(observed)))
                .isEqualTo(dialled);
    }

    @Test
    void atMostThreeDeclaredOnesAreDialledAndTheObservedOneIsNot() {
        List<Endpoint> declared = List.of(
                new Endpoint(address("203.0.113.1"), 0),
                new Endpoint(address("203.0.113.2"), 0),
                new Endpoint(address("203.0.113.2"), PORT),
                new Endpoint(address("203.0.113.1"), 9_000),
                new Endpoint(address("203.0.113.4"), PORT),
                new Endpoint(address("203.0.113.5"), PORT));
        assertThat(Visibility.dialled(declared, PORT, address("203.0.113.1")))
                .containsExactly(
                        new Endpoint(address("203.0.113.2"), PORT),
                        new Endpoint(address("203.0.113.1"), 9_000),
                        new Endpoint(address("203.0.113.4"), PORT));
    }

    @Test
    void neighboursShareANetwork() {
        assertThat(network("203.0.113.1")).isEqualTo(network("203.0.113.254")).isNotEqualTo(network("203.0.112.1"));
        assertThat(network("2001:db8:1:2::1"))
                .isEqualTo(network("2001:db8:1:9::1"))
                .isNotEqualTo(network("2001:db8:2::1"));
        assertThat(network("127.0.0.1")).isEqualTo(network("::1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.255.254", "::1"})
    void loopbackIsLoopback(String loopback) {
        assertThat(Visibility.reach(address(loopback))).isEqualTo(Visibility.Reach.LOOPBACK);
    }

    private static long network(String address) {
        return Visibility.network(address(address));
    }
}
