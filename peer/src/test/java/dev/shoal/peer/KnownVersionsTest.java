package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownVersionsTest {

    private static final Identity OWNER = Identity.generate();
    private static final PeerId INDEX = new PeerId(new Hash(1, 2, 3, 4));
    private static final PeerId ELSEWHERE = new PeerId(new Hash(5, 6, 7, 8));
    private static final Name NAME = new Name("alice/a b@2");

    @TempDir
    Path folder;

    private KnownVersions versions;

    @BeforeEach
    void open() {
        versions = new KnownVersions(folder.resolve("known-versions"));
    }

    @Test
    void theHighestNumberCounts() {
        assertThat(highest(INDEX)).isZero();
        versions.saw(INDEX, record(NAME, 3));
        versions.saw(INDEX, record(NAME, 2));
        assertThat(highest(INDEX)).isEqualTo(3);
        assertThat(highest(ELSEWHERE)).isZero();
        versions.saw(INDEX, record(NAME, Integer.MAX_VALUE));
        assertThat(highest(INDEX)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aNameIsForgottenAtEveryIndexAndNoOther() {
        Name other = new Name("alice/a b@2x");
        versions.saw(INDEX, record(NAME, 3));
        versions.saw(ELSEWHERE, record(NAME, 4));
        versions.saw(INDEX, record(other, 5));
        assertThat(versions.forget(NAME)).isTrue();
        assertThat(versions.forget(NAME)).isFalse();
        assertThat(highest(INDEX)).isZero();
        assertThat(highest(ELSEWHERE)).isZero();
        assertThat(versions.highest(INDEX, OWNER.id(), other)).isEqualTo(5);
        versions.check(INDEX, OWNER.id().fingerprint(), record(NAME, 1), false);
    }

    @Test
    void namesOfAnOwnerAreKnownAgainAndWhatChangedLongestAgoIsForgottenWhenThereAreTooMany() {
        KnownVersions few = new KnownVersions(folder.resolve("few"), 2);
        few.saw(INDEX, record(new Name("alice/a"), 1));
        few.saw(INDEX, record(new Name("alice/b c"), 1));
        few.saw(INDEX, record(new Name("alice/a"), 2));
        few.saw(INDEX, record(new Name("alice/d"), 7));

        KnownVersions again = new KnownVersions(folder.resolve("few"), 2);
        assertThat(again.names(INDEX, OWNER.id().fingerprint()))
                .containsExactly(new Name("alice/a"), new Name("alice/d"));
        assertThat(again.names(ELSEWHERE, OWNER.id().fingerprint())).isEmpty();
        assertThat(again.highest(INDEX, OWNER.id(), new Name("alice/a"))).isEqualTo(2);
    }

    @Test
    void whatAProgramBeforeWroteIsRead() throws IOException {
        String line = "version " + INDEX.fingerprint() + " " + OWNER.id().fingerprint() + " alice%2Fa+b%402 ";
        Files.writeString(folder.resolve("known-versions"), line + "4 " + "ab".repeat(32) + "\n" + line + "5 ab\n");
        assertThat(highest(INDEX)).isEqualTo(4);
    }

    @Test
    void whoeverPastesTheAdviceRunsNothingElse() {
        for (String name : new String[] {"alice/plain-1.0_x", "alice/a b", "alice/$(touch x)", "alice/it's`x`"}) {
            versions.saw(INDEX, record(new Name(name), 2));
        }
        assertAdvice("alice/plain-1.0_x", "alice/plain-1.0_x");
        assertAdvice("alice/a b", "'alice/a b'");
        assertAdvice("alice/$(touch x)", "'alice/$(touch x)'");
        assertAdvice("alice/it's`x`", "'alice/it'\\''s`x`'");
    }

    private void assertAdvice(String name, String quoted) {
        assertThatThrownBy(() -> versions.check(INDEX, OWNER.id().fingerprint(), record(new Name(name), 1), false))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("`shoal config forget-version " + quoted + "`.");
    }

    private int highest(PeerId index) {
        return versions.highest(index, OWNER.id(), NAME);
    }

    private static VersionRecord record(Name name, int number) {
        return VersionRecord.sign(
                VersionRecord.Kind.FILE,
                number,
                ContentId.EMPTY,
                0,
                Hash.ZERO,
                OWNER.key(),
                name,
                "",
                OWNER.privateKey());
    }
}
