package dev.shoal.index;

import static dev.shoal.index.Fixtures.DAY_MILLIS;
import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.record;
import static dev.shoal.index.Fixtures.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of names is what the database would say, and asks it nothing. */
class KnownNamesTest {

    private static final KeyPair OWNER = Fixtures.keyPair();
    private static final Name NAME = new Name("lab/a");

    @TempDir
    private Path folder;

    private final KnownNames known = new KnownNames(new SplittableRandom(3));

    @Test
    void whatWasRememberedIsKnownUntilSomethingIsWritten() {
        assertThat(known.number(NAME, content(1), 0)).isEqualTo(KnownNames.UNKNOWN);
        known.remember(NAME, content(1), 7, 20_000, known.stamp(NAME));
        assertThat(known.number(NAME, content(1), 20_000)).isEqualTo(7);
        assertThat(known.number(NAME, content(1), 20_001)).isEqualTo(KnownNames.UNKNOWN);
        assertThat(known.number(NAME, content(2), 0)).isEqualTo(KnownNames.UNKNOWN);
        assertThat(known.number(new Name("lab/b"), content(1), 0)).isEqualTo(KnownNames.UNKNOWN);
        known.forget(NAME);
        assertThat(known.number(NAME, content(1), 0)).isEqualTo(KnownNames.UNKNOWN);
    }

    @Test
    void whatWasReadBeforeSomethingWasWrittenIsNotRemembered() {
        int stamp = known.stamp(NAME);
        known.forget(NAME);
        known.remember(NAME, content(1), 7, 20_000, stamp);
        assertThat(known.number(NAME, content(1), 0)).isEqualTo(KnownNames.UNKNOWN);
    }

    @Test
    void aFullTableForgetsOthersAndMixesNothingUp() {
        KnownNames small = new KnownNames(new SplittableRandom(4), 2);
        int names = 10 * 256 * 2 * 4;
        for (int i = 1; i <= names; i++) {
            Name name = new Name("lab/" + i);
            small.remember(name, content(i), i, 1, small.stamp(name));
            assertThat(small.number(name, content(i), 1)).isEqualTo(i);
        }
        int left = 0;
        for (int i = 1; i <= names; i++) {
            int number = small.number(new Name("lab/" + i), content(i), 1);
            assertThat(number).isIn(KnownNames.UNKNOWN, i);
            left += number == i ? 1 : 0;
        }
        assertThat(left).isBetween(names / 20, names / 10);
    }

    @Test
    void aLargeTableKeepsNearlyAll() {
        int names = 100_000;
        for (int i = 1; i <= names; i++) {
            Name name = new Name("lab/" + i);
            known.remember(name, content(1), i, 1, known.stamp(name));
        }
        int lost = 0;
        for (int i = 1; i <= names; i++) {
            lost += known.number(new Name("lab/" + i), content(1), 1) == i ? 0 : 1;
        }
        assertThat(lost).isLessThan(names / 1_000);
    }

    @Test
    void theSecondSourceAndFurtherOnesWaitForNoDatabase() {
        try (SqliteNames names = SqliteNames.open(folder, NameLimits.DEFAULT)) {
            VersionRecord one = first(OWNER, "lab/a", content(1));
            get(names.register(wish(key(OWNER), "lab/a", content(1), one), NOW_MILLIS));
            get(names.register(wish(key(2), "lab/a", content(1), null), NOW_MILLIS));
            assertThat(atOnce(names, key(OWNER), 1, one)).isEqualTo(new Ack(Outcome.SOURCE_ADDED, 1));
            assertThat(atOnce(names, key(2), 1, null)).isEqualTo(new Ack(Outcome.SOURCE_ADDED, 1));
            assertThat(names.register(wish(key(2), "lab/a", content(1), one), NOW_MILLIS)
                            .join())
                    .isInstanceOfSatisfying(
                            Failure.class, failure -> assertThat(failure.code()).isEqualTo(ErrorCode.BAD_RECORD));
            // A week later the name is stamped as used, and then known again.
            long later = NOW_MILLIS + 7 * DAY_MILLIS;
            CompletableFuture<Pdu> stamped = names.register(wish(key(2), "lab/a", content(1), null), later);
            assertThat(get(stamped)).isEqualTo(new Ack(Outcome.SOURCE_ADDED, 1));
            get(names.register(wish(key(2), "lab/a", content(1), null), later));
            assertThat(names.register(wish(key(2), "lab/a", content(1), null), later))
                    .isDone();
        }
    }

    @Test
    void aNewVersionAndATakenNameAreSeenAtOnce() {
        try (SqliteNames names = SqliteNames.open(folder, new NameLimits(10, 5, 100_000, 30, 1, 90))) {
            VersionRecord one = first(OWNER, "lab/a", content(1));
            for (int i = 0; i < 3; i++) {
                get(names.register(wish(key(OWNER), "lab/a", content(1), one), NOW_MILLIS));
            }
            VersionRecord two = record(OWNER, "lab/a", 2, content(2), one.hash());
            assertThat(get(names.register(wish(key(OWNER), "lab/a", content(2), two), NOW_MILLIS)))
                    .isEqualTo(new Ack(Outcome.VERSION_MADE, 2));
            // Of this index's names only the last version is kept.
            assertFailure(names, 1, ErrorCode.NAME_TAKEN);
            for (int i = 0; i < 3; i++) {
                assertThat(get(names.register(wish(key(2), "lab/a", content(2), null), NOW_MILLIS)))
                        .isEqualTo(new Ack(Outcome.SOURCE_ADDED, 2));
            }
            get(names.remove(NAME, Asker.of(key(OWNER))));
            assertFailure(names, 2, ErrorCode.NOT_FOUND);
            for (int i = 0; i < 3; i++) {
                get(names.register(wish(key(OWNER), "lab/a", content(1), one), NOW_MILLIS));
            }
            get(names.removeAll(key(OWNER)));
            assertFailure(names, 1, ErrorCode.NOT_FOUND);
            for (int i = 0; i < 3; i++) {
                get(names.register(wish(key(OWNER), "lab/a", content(1), one), NOW_MILLIS));
            }
            assertThat(get(names.expire(NOW_MILLIS + 91 * DAY_MILLIS, any -> false)))
                    .isOne();
            assertFailure(names, 1, ErrorCode.NOT_FOUND);
        }
    }

    private static Pdu atOnce(SqliteNames names, PeerKey asker, long content, @Nullable VersionRecord record) {
        CompletableFuture<Pdu> answer = names.register(wish(asker, "lab/a", content(content), record), NOW_MILLIS);
        assertThat(answer).isDone();
        return answer.join();
    }

    private static void assertFailure(SqliteNames names, long content, ErrorCode code) {
        assertThat(get(names.register(wish(key(2), "lab/a", content(content), null), NOW_MILLIS)))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
    }
}
