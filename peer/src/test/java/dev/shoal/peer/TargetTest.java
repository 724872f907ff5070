package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.Link;
import java.nio.file.Path;
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

    @Test
    void aNumberMayBelongToTheName() {
        Target target = Target.parse("lab/x/notes@2", "me");
        assertThat(target.version()).isEqualTo(2);
        Target file = target.literally().orElseThrow();
        assertThat(file).isEqualTo(new Target(new Name("lab/x/notes@2"), 0, null));
        assertThat(file.above(1)).contains(Target.parse("lab/x", "me"));
        assertThat(file.literally()).isEmpty();
        assertThat(Target.parse("lab/" + "x".repeat(249) + "@2", "me").literally())
                .isPresent();
        assertThat(Target.parse("lab/" + "x".repeat(251) + "@2", "me").literally())
                .isEmpty();
    }

    @Test
    void whatHasNoNameOfItsOwnNeedsOne() {
        assertThat(Sharing.name(Path.of("/srv/data/."), null, "me")).isEqualTo(new Name("me/data"));
        assertThat(Sharing.name(Path.of("/"), "all", "me")).isEqualTo(new Name("me/all"));
        assertThatThrownBy(() -> Sharing.name(Path.of("/srv/.."), null, "me"))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("--name");
    }

    private static String link(@Nullable ContentId content) {
        return new Link(FINGERPRINT, "host", 7800, new Name("lab/x"), FINGERPRINT, content).toString();
    }
}
