package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.PrivateIndex.AUDIENCE;
import static dev.shoal.index.PrivateIndex.BEN;
import static dev.shoal.index.PrivateIndex.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Version;
import dev.shoal.protocol.IndexRequest.Inspect;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.ListVersions;
import dev.shoal.protocol.VersionList;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The versions of a name, as each asker sees them. */
class VersionListTest {

    private static final Name NAME = new Name("ada/plan");

    @TempDir
    private Path folder;

    private static List<Integer> numbers(VersionList list) {
        return list.entries().stream().map(entry -> entry.record().number()).toList();
    }

    private static List<Integer> seen(PrivateIndex index, Session session, int below) {
        return numbers((VersionList) index.ask(session, new ListVersions(NAME, below)));
    }

    @Test
    void everybodySeesTheVersionsThatInspectShows() {
        try (PrivateIndex index = new PrivateIndex(folder)) {
            index.share(BEN);
            List<Boolean> isPrivate = List.of(false, true, false, true, false);
            Hash previous = Hash.ZERO;
            for (int number = 1; number <= isPrivate.size(); number++) {
                VersionRecord record = version(NAME, number, content(number), previous);
                index.publish(record, isPrivate.get(number - 1) ? AUDIENCE : null);
                previous = record.hash();
                for (Session session : List.of(index.ada, index.ben, index.cid, index.stranger)) {
                    assertSameAsInspect(index, session, number);
                }
            }
            assertThat(seen(index, index.ada, 0)).containsExactly(5, 4, 3, 2, 1);
            assertThat(seen(index, index.ada, 4)).containsExactly(3, 2, 1);
            assertThat(seen(index, index.ben, 0)).containsExactly(5, 3, 1);
            assertThat(seen(index, index.cid, 0)).containsExactly(5, 3, 1);
            assertThat(seen(index, index.cid, 1)).isEmpty();
            VersionList.Entry hidden = ((VersionList) index.ask(index.ada, new ListVersions(NAME, 5)))
                    .entries()
                    .getFirst();
            assertThat(hidden.audience()).isEqualTo(AUDIENCE);
            assertThat(hidden.seeds()).isEqualTo(1);
        }
    }

    private static List<Long> changed(PrivateIndex index, Session session) {
        return ((VersionList) index.ask(session, new ListVersions(NAME, 0)))
                .entries().stream()
                        .map(entry -> entry.changedBytes() == null ? -1L : entry.changedBytes())
                        .toList();
    }

    /** Whatever becomes of the name, public or private: what was said to have changed goes with the version. */
    @Test
    void whatIsSaidToHaveChangedIsToldWithTheVersion() {
        try (PrivateIndex index = new PrivateIndex(folder)) {
            index.share(BEN);
            List<Boolean> isPrivate = List.of(false, false, true, true, false);
            Hash previous = Hash.ZERO;
            for (int number = 1; number <= isPrivate.size(); number++) {
                VersionRecord record = version(NAME, number, content(number), previous);
                AudienceId audience = isPrivate.get(number - 1) ? AUDIENCE : null;
                Long changed = number == 4 ? null : Long.valueOf(number % 2);
                index.ask(
                        index.ada,
                        new Register(false, record.content(), NAME, record, audience == null, audience, changed));
                previous = record.hash();
                if (number == 4) {
                    assertThat(changed(index, index.ben)).containsExactly(-1L, 1L, 0L, -1L);
                }
            }
            assertThat(changed(index, index.ada)).containsExactly(1L, -1L, 1L, 0L, -1L);
            assertThat(changed(index, index.stranger)).containsExactly(1L, 0L, -1L);
        }
    }

    private static void assertSameAsInspect(PrivateIndex index, Session session, int latest) {
        List<Integer> shown = new ArrayList<>();
        boolean isPublic = index.ask(index.stranger, new Inspect(NAME, 0)) instanceof Version;
        for (int number = latest; number > 0; number--) {
            if (index.ask(session, new Inspect(NAME, number)) instanceof Version version
                    && (version.audience() == null || !isPublic || session.equals(index.ada))) {
                shown.add(number);
            }
        }
        if (index.ask(session, new ListVersions(NAME, 0)) instanceof VersionList list) {
            assertThat(numbers(list)).isEqualTo(shown);
            assertThat(list.more()).isFalse();
        } else {
            assertThat(shown).isEmpty();
            index.refused(ErrorCode.NOT_FOUND, session, new ListVersions(NAME, 2));
        }
    }

    @Test
    void aPageEndsWhereADatagramDoesAndThenTlsHasAll() {
        KeyPair owner = Fixtures.keyPair();
        try (SqliteNames names = SqliteNames.open(folder, new NameLimits(1_000, 5, 1_000_000, 30, 8, 90))) {
            IndexUnderTest index = new IndexUnderTest(IndexUnderTest.SETTINGS, names);
            Session session = index.join(key(owner), "192.0.2.1", "");
            Hash previous = Hash.ZERO;
            for (int number = 1; number <= 10; number++) {
                VersionRecord record = Fixtures.record(owner, NAME.text(), number, content(number), previous);
                index.ask(session, new Register(false, record.content(), NAME, record));
                previous = record.hash();
            }
            Answer cut = Fixtures.get(index.send(session, 1_000, new ListVersions(NAME, 0), false));
            assertThat(cut.truncated()).isTrue();
            VersionList first = (VersionList) Objects.requireNonNull(cut.pdu());
            assertThat(numbers(first)).startsWith(10, 9).hasSizeLessThan(8);
            assertThat(first.more()).isTrue();
            VersionList all = (VersionList) index.askOverTls(session, new ListVersions(NAME, 0));
            assertThat(numbers(all)).as("those that are kept").containsExactly(10, 9, 8, 7, 6, 5, 4, 3);
            assertThat(all.more()).isFalse();
            Failure absent = index.failure(session, new ListVersions(new Name("ada/plans"), 0));
            assertThat(absent.code()).isEqualTo(ErrorCode.NOT_FOUND);
        }
    }
}
