package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.Transfer;
import dev.shoal.transport.Identity;
import java.util.List;
import org.junit.jupiter.api.Test;

/** To whom a key that was met before leads. */
class SuccessionTest {

    private static final PeerId INDEX = Identity.generate().id();
    private static final Name NAME = new Name("bob/x");
    private static final Identity HOME = Identity.generate();
    private static final Identity ACCOUNT = Identity.generate();
    private static final Identity CARL = Identity.generate();

    private static Ownership.Step step(String subject, Identity from, Identity to) {
        return Ownership.Step.of(Transfer.sign(INDEX, subject, 1, 1, from.key(), to.key(), from.privateKey()));
    }

    private static boolean leads(Ownership ownership, Identity from, Identity to) {
        return Succession.leads(ownership, INDEX, NAME, from.id().fingerprint(), to.key());
    }

    @Test
    void whoGotEverythingFollows() {
        Ownership given = new Ownership(HOME.key(), List.of(step("bob", HOME, ACCOUNT)));
        assertThat(leads(given, HOME, ACCOUNT)).isTrue();
        assertThat(leads(given, ACCOUNT, HOME)).isFalse();
        assertThat(leads(given, HOME, CARL)).isFalse();
        assertThat(leads(given, CARL, ACCOUNT)).isFalse();
    }

    @Test
    void whoGotOneNameDoesNot() {
        Ownership one = new Ownership(HOME.key(), List.of(step("bob/x", HOME, CARL)));
        assertThat(one.isAuthentic(INDEX, NAME)).isTrue();
        assertThat(leads(one, HOME, CARL)).isFalse();
        Ownership both = new Ownership(HOME.key(), List.of(step("bob", HOME, ACCOUNT), step("bob/x", ACCOUNT, CARL)));
        assertThat(both.isAuthentic(INDEX, NAME)).isTrue();
        assertThat(leads(both, HOME, ACCOUNT)).isTrue();
        assertThat(leads(both, HOME, CARL)).isFalse();
    }

    @Test
    void whatAnIndexMadeUpLeadsNowhere() {
        Ownership forged = new Ownership(HOME.key(), List.of(step("bob", CARL, CARL)));
        assertThat(leads(forged, HOME, CARL)).isFalse();
        Ownership ofAnother = new Ownership(HOME.key(), List.of(step("rob", HOME, CARL)));
        assertThat(leads(ofAnother, HOME, CARL)).isFalse();
    }
}
