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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteNamesTest {

    private static final NameLimits LIMITS = new NameLimits(1_000, 5, 1_000_000, 30, 3, 90);
    private static final KeyPair OWNER = Fixtures.keyPair();
    private static final KeyPair OTHER = Fixtures.keyPair();

    @TempDir
    private Path folder;

    private SqliteNames names;

    @BeforeEach
    void open() {
        names = SqliteNames.open(folder, LIMITS);
    }

    @AfterEach
    void close() {
        names.close();
    }

    @Test
    void aNameIsMadeOnceAndThenHasSources() {
        VersionRecord record = first(OWNER, "lab/a", content(1));
        assertThat(make(OWNER, record)).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        assertThat(make(OWNER, record)).isEqualTo(new Ack(Outcome.SOURCE_ADDED, 1));
        assertThat(get(names.register(wish(key(OTHER), "lab/a", content(1), null), NOW_MILLIS)))
                .isEqualTo(new Ack(Outcome.SOURCE_ADDED, 1));
        assertThat(names.count()).isEqualTo(1);
    }

    @Test
    void theFirstComponentBelongsToItsFirstKey() {
        make(OWNER, first(OWNER, "lab/a", content(1)));
        assertCode(make(OTHER, first(OTHER, "lab/b", content(2))), ErrorCode.NAME_OWNED);
        assertThat(make(OTHER, first(OTHER, "lab2/b", content(2)))).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
    }

    @Test
    void versionsFollowOneAnotherAndOldOnesAreForgotten() {
        VersionRecord latest = first(OWNER, "lab/a", content(1));
        make(OWNER, latest);
        for (int number = 2; number <= 6; number++) {
            latest = record(OWNER, "lab/a", number, content(number), latest.hash());
            assertThat(make(OWNER, latest)).isEqualTo(new Ack(Outcome.VERSION_MADE, number));
        }
        Name name = new Name("lab/a");
        assertThat(get(names.inspect(name, 0))).contains(new Names.Inspected(latest, 6, null));
        assertThat(get(names.inspect(name, 4)).orElseThrow().record().content()).isEqualTo(content(4));
        assertThat(get(names.inspect(name, 3))).isEmpty();
        assertThat(get(names.inspect(name, 7))).isEmpty();
        assertThat(get(names.inspect(new Name("lab/b"), 0))).isEmpty();
        assertCode(make(OWNER, record(OWNER, "lab/a", 6, content(9), latest.hash())), ErrorCode.STALE_VERSION);
    }

    @Test
    void aNameThatWasTakenAwayGoesOnWithTheNumberThatItsOwnerSays() {
        make(OWNER, first(OWNER, "lab/a", content(1)));
        Name name = new Name("lab/a");
        get(names.remove(name, Asker.of(key(OWNER))));
        VersionRecord again = record(OWNER, "lab/a", 8, content(1), Hash.ZERO);
        assertThat(make(OWNER, again)).isEqualTo(new Ack(Outcome.NAME_MADE, 8));
        assertThat(get(names.inspect(name, 0))).contains(new Names.Inspected(again, 8, null));
        assertThat(get(names.inspect(name, 1))).isEmpty();
        assertCode(make(OWNER, record(OWNER, "lab/a", 8, content(2), again.hash())), ErrorCode.STALE_VERSION);
        assertThat(make(OWNER, record(OWNER, "lab/a", 9, content(1), again.hash())))
                .isEqualTo(new Ack(Outcome.VERSION_MADE, 9));
    }

    @Test
    void asManyVersionsAreKeptHoweverTheirNumbersLeap() {
        VersionRecord latest = first(OWNER, "lab/a", content(1));
        make(OWNER, latest);
        for (int number : new int[] {100, 2_000, 30_000}) {
            latest = record(OWNER, "lab/a", number, content(number), latest.hash());
            assertThat(make(OWNER, latest)).isEqualTo(new Ack(Outcome.VERSION_MADE, number));
        }
        Name name = new Name("lab/a");
        assertThat(get(names.inspect(name, 1))).isEmpty();
        assertThat(get(names.inspect(name, 100))).isPresent();
        assertThat(get(names.inspect(name, 2_000))).isPresent();
        assertThat(get(names.remove(name, Asker.of(key(OWNER)))).orElseThrow().contents())
                .containsExactly(content(30_000), content(2_000), content(100));
    }

    @Test
    void twoVersionsAtTheSameTimeBecomeOne() {
        VersionRecord one = first(OWNER, "lab/a", content(1));
        make(OWNER, one);
        List<CompletableFuture<Pdu>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            VersionRecord next = record(OWNER, "lab/a", 2, content(100 + i), one.hash());
            answers.add(names.register(wish(key(OWNER), "lab/a", next.content(), next), NOW_MILLIS));
        }
        long made =
                answers.stream().filter(answer -> get(answer) instanceof Ack).count();
        assertThat(made).isEqualTo(1);
    }

    @Test
    void onlyTheOwnerTakesANameAway() {
        make(OWNER, first(OWNER, "lab/a", content(1)));
        Name name = new Name("lab/a");
        assertThat(get(names.remove(name, Asker.of(key(OTHER)))))
                .contains(new Names.Removed(false, List.of(content(1))));
        assertThat(get(names.remove(name, Asker.of(key(OWNER)))))
                .contains(new Names.Removed(true, List.of(content(1))));
        assertThat(get(names.remove(name, Asker.of(key(OWNER))))).isEmpty();
        assertThat(get(names.search("lab"))).isEmpty();
        assertThat(walk("")).isEmpty();
        assertCode(make(OTHER, first(OTHER, "lab/a", content(2))), ErrorCode.NAME_OWNED);
        assertThat(make(OWNER, first(OWNER, "lab/a", content(2)))).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
    }

    @Test
    void allNamesOfAKeyGoTogether() {
        for (int i = 0; i < 20; i++) {
            make(OWNER, first(OWNER, "lab/" + i, content(i)));
        }
        make(OTHER, first(OTHER, "studio/a", content(1)));
        assertThat(get(names.removeAll(key(OWNER)))).isEqualTo(20);
        assertThat(get(names.removeAll(key(OWNER)))).isZero();
        assertThat(walk("")).containsExactly("studio/a");
        assertThat(names.count()).isEqualTo(1);
    }

    @Test
    void limitsHoldExactlyAndAreGivenBack() {
        NameLimits few = new NameLimits(2, 1, 1_000_000, 1_000, 3, 90);
        names.close();
        names = SqliteNames.open(folder, few);
        make(OWNER, first(OWNER, "lab/a", content(1)));
        assertCode(make(OWNER, first(OWNER, "studio/a", content(1))), ErrorCode.LIMIT);
        make(OWNER, first(OWNER, "lab/b", content(1)));
        assertCode(make(OWNER, first(OWNER, "lab/c", content(1))), ErrorCode.LIMIT);
        get(names.remove(new Name("lab/a"), Asker.of(key(OWNER))));
        assertThat(make(OWNER, first(OWNER, "lab/c", content(1)))).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
    }

    @Test
    void oneAddressMakesALimitedNumberOfNamesInADay() {
        for (int i = 0; i < 30; i++) {
            assertThat(make(OWNER, first(OWNER, "lab/" + i, content(i)))).isInstanceOf(Ack.class);
        }
        VersionRecord more = first(OWNER, "lab/more", content(99));
        assertCode(make(OWNER, more), ErrorCode.LIMIT);
        Pdu tomorrow = get(names.register(wish(key(OWNER), "lab/more", more.content(), more), NOW_MILLIS + DAY_MILLIS));
        assertThat(tomorrow).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
    }

    @Test
    void namesThatNobodyHasForNinetyDaysExpire() {
        make(OWNER, first(OWNER, "lab/gone", content(1)));
        make(OWNER, first(OWNER, "lab/online", content(2)));
        long before = NOW_MILLIS + 89 * DAY_MILLIS;
        assertThat(get(names.expire(before, content -> content.equals(content(2)))))
                .isZero();
        long after = NOW_MILLIS + 90 * DAY_MILLIS;
        assertThat(get(names.expire(after, content -> false))).isEqualTo(1);
        assertThat(walk("")).containsExactly("lab/online");
        // It was seen on day 89, and is unused from then on.
        assertThat(get(names.expire(before + 89 * DAY_MILLIS, content -> false)))
                .isZero();
        assertThat(get(names.expire(before + 90 * DAY_MILLIS, content -> false)))
                .isEqualTo(1);
        get(names.expire(before + 180 * DAY_MILLIS, content -> false));
        assertThat(make(OTHER, first(OTHER, "lab/mine", content(3)))).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
    }

    @Test
    void aSourceKeepsItsNameFromExpiring() {
        make(OWNER, first(OWNER, "lab/a", content(1)));
        long later = NOW_MILLIS + 80 * DAY_MILLIS;
        get(names.register(wish(key(OTHER), "lab/a", content(1), null), later));
        assertThat(get(names.expire(NOW_MILLIS + 169 * DAY_MILLIS, content -> false)))
                .isZero();
        assertThat(get(names.expire(NOW_MILLIS + 170 * DAY_MILLIS, content -> false)))
                .isEqualTo(1);
    }

    @Test
    void everythingIsThereAfterOpeningAgain() {
        VersionRecord record = first(OWNER, "lab/a", content(1));
        make(OWNER, record);
        names.close();
        names = SqliteNames.open(folder, LIMITS);
        assertThat(names.count()).isEqualTo(1);
        assertThat(get(names.inspect(new Name("lab/a"), 0))).contains(new Names.Inspected(record, 1, null));
        assertThat(get(names.withContents(List.of(content(1), content(2))))).hasSize(1);
    }

    @Test
    void aWalkGoesThroughAllNamesInTheOrderOfTheirBytes() {
        List<String> all = List.of("A/z", "a/b", "a/b c", "a/é", "b/\uFF21", "b/\uD83D\uDE00");
        for (int i = all.size() - 1; i >= 0; i--) {
            make(OWNER, first(OWNER, all.get(i), content(i)));
        }
        assertThat(walk("")).containsExactlyElementsOf(all);
        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            List<String> page = new ArrayList<>();
            cursor = get(names.walk(
                    cursor, 100, row -> page.size() < 2 && page.add(row.name().text())));
            paged.addAll(page);
        } while (!cursor.isEmpty());
        assertThat(paged).containsExactlyElementsOf(all);
        assertThat(all.stream().sorted(OnlineNames.BYTE_ORDER)).containsExactlyElementsOf(all);
        assertThat(get(names.walk("", 6, row -> true))).isEqualTo(all.getLast());
        assertThat(get(names.walk("", 7, row -> true))).isEmpty();
        assertThat(get(names.walk("\u0000'; DROP TABLE names; --", 7, row -> true)))
                .isEmpty();
    }

    private List<String> walk(String after) {
        List<String> seen = new ArrayList<>();
        assertThat(get(names.walk(after, 1_000, row -> seen.add(row.name().text()))))
                .isEmpty();
        return seen;
    }

    @Test
    void whatCouldNotBeCommittedCountsForNothing() {
        try (IndexDatabase database = IndexDatabase.open(folder);
                Handle handle = database.connect()) {
            // Every name that is made breaks a rule at which SQLite looks when it is to be committed.
            handle.execute("CREATE TABLE absent (id INTEGER PRIMARY KEY)");
            handle.execute("CREATE TABLE wrong (id INTEGER REFERENCES absent (id) DEFERRABLE INITIALLY DEFERRED)");
            handle.execute("CREATE TRIGGER fail AFTER INSERT ON names BEGIN INSERT INTO wrong VALUES (1); END");
            for (int i = 0; i < LIMITS.namesPerAddress(); i++) {
                VersionRecord record = first(OWNER, "lab/" + i, content(i));
                assertThatThrownBy(() -> make(OWNER, record)).hasCauseInstanceOf(IndexException.class);
            }
            assertThat(names.count()).isZero();
            handle.execute("DROP TRIGGER fail");
        }
        for (int i = 0; i < LIMITS.namesPerAddress(); i++) {
            assertThat(make(OWNER, first(OWNER, "lab/" + i, content(i)))).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        }
        assertThat(names.count()).isEqualTo(LIMITS.namesPerAddress());
        assertCode(make(OWNER, first(OWNER, "lab/one more", content(99))), ErrorCode.LIMIT);
    }

    private Pdu make(KeyPair asker, VersionRecord record) {
        ContentId content = record.content();
        return get(names.register(wish(key(asker), record.name().text(), content, record), NOW_MILLIS));
    }

    private static void assertCode(Pdu answer, ErrorCode code) {
        assertThat(answer).isInstanceOf(Failure.class);
        assertThat(((Failure) answer).code()).isEqualTo(code);
    }
}
