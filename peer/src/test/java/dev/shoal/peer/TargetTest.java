package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.Link;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a person says to have something. */
class TargetTest {

    private static final String FINGERPRINT = "a".repeat(32);

    @Test
    void oneVersionIsNamedByItsNumberOrItsContent() {
        assertThat(Peers.isOneVersion("lab/x@3")).isTrue();
        assertThat(Peers.isOneVersion("x@3")).isTrue();
        assertThat(Peers.isOneVersion(link(new ContentId(Hash.ZERO, 5)))).isTrue();
        assertThat(Peers.isOneVersion(link(null))).isFalse();
        assertThat(Peers.isOneVersion("lab/x")).isFalse();
        assertThat(Peers.isOneVersion("x@home")).isFalse();
        assertThat(Peers.isOneVersion("lab//x@3")).isFalse();
        assertThat(Peers.isOneVersion(link(null) + ",c=nonsense")).isFalse();
    }

    private static String link(@Nullable ContentId content) {
        return new Link(FINGERPRINT, "host", 7800, new Name("lab/x"), FINGERPRINT, content).toString();
    }
}
