package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.PrivateIndex.AUDIENCE;
import static dev.shoal.index.PrivateIndex.BEN;
import static dev.shoal.index.PrivateIndex.PLAN;
import static dev.shoal.index.PrivateIndex.SECRET;
import static dev.shoal.index.PrivateIndex.TEAM;
import static dev.shoal.index.PrivateIndex.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.IndexReply.Version;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.DeregisterName;
import dev.shoal.protocol.IndexRequest.Inspect;
import dev.shoal.protocol.IndexRequest.ListAll;
import dev.shoal.protocol.IndexRequest.ListOnline;
import dev.shoal.protocol.IndexRequest.Locate;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.IndexRequest.Search;
import dev.shoal.protocol.IndexRequest.Unwatch;
import dev.shoal.protocol.IndexRequest.Watch;
import dev.shoal.protocol.ListVersions;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is private and not for the asker is the same work for an index as what is not there, by the steps that its
 * database takes: times are as uncertain as the machine, steps are not. And a page costs what is on it.
 */
class HiddenStepsTest {

    private static final Name ABSENT = new Name("ada/secret plam");
    private static final AudienceId NOBODYS = new AudienceId(3, 4);

    /** Whether a row is there, in place of one that is made up: some steps of more than a hundred. */
    private static final int A_FEW = 20;

    /** More than there are readers. */
    private static final int TIMES = 4;

    @TempDir
    private Path folder;

    private PrivateIndex index;
    private ReaderSteps steps;

    @BeforeEach
    void open() {
        index = new PrivateIndex(folder);
        index.share(BEN, TEAM);
        index.publishSecret();
        index.publish(version(new Name("ada/open"), 1, content(1), Hash.ZERO), null);
        steps = new ReaderSteps(index.names);
    }

    @AfterEach
    void close() {
        index.close();
    }

    private record Pair(IndexRequest absent, IndexRequest forbidden) {}

    private static List<Pair> pairs() {
        return List.of(
                new Pair(new Inspect(ABSENT, 0), new Inspect(SECRET, 0)),
                new Pair(new Inspect(ABSENT, 1), new Inspect(SECRET, 1)),
                new Pair(new ListVersions(ABSENT, 0), new ListVersions(SECRET, 0)),
                new Pair(new Watch(ABSENT, 0), new Watch(SECRET, 0)),
                new Pair(new Unwatch(ABSENT), new Unwatch(SECRET)),
                new Pair(new DeregisterName(ABSENT), new DeregisterName(SECRET)),
                new Pair(new Locate(false, PLAN, 0, 16, NOBODYS), new Locate(false, PLAN, 0, 16, AUDIENCE)),
                new Pair(new Register(true, PLAN, ABSENT, null), new Register(true, PLAN, SECRET, null)),
                new Pair(
                        new Register(true, PLAN, ABSENT, null, AUDIENCE),
                        new Register(true, PLAN, SECRET, null, AUDIENCE)),
                new Pair(new Search("secret plam", 0, 10), new Search("secret plan", 0, 10)),
                new Pair(new ListAll(ABSENT.text(), 10), new ListAll(SECRET.text(), 10)),
                new Pair(new ListOnline(ABSENT.text(), 10), new ListOnline(SECRET.text(), 10)));
    }

    @Test
    void absentAndForbiddenAreTheSameSteps() {
        for (Session outsider : List.of(index.cid, index.root, index.stranger)) {
            for (Pair pair : pairs()) {
                ReaderSteps.Work absent = work(outsider, pair.absent());
                ReaderSteps.Work forbidden = work(outsider, pair.forbidden());
                assertThat(forbidden.statements()).as(pair.toString()).isEqualTo(absent.statements());
                assertThat(forbidden.count()).as(pair.toString()).isCloseTo(absent.count(), within((long) A_FEW));
            }
        }
        // So that it is something that was counted.
        assertThat(work(index.cid, new Inspect(SECRET, 0)).count()).isGreaterThan(10L * A_FEW);
    }

    @Test
    void howManyVersionsThereAreOfWhatOneDoesNotSeeIsNoWork() {
        VersionRecord last = ((Version) index.ask(index.ada, new Inspect(SECRET, 0))).record();
        VersionRecord open = version(new Name("ada/opened"), 1, content(1), Hash.ZERO);
        index.publish(open, null);
        List<IndexRequest> lists = List.of(new ListVersions(SECRET, 0), new ListVersions(open.name(), 0));
        List<Long> few =
                lists.stream().map(list -> work(index.cid, list).count()).toList();
        for (int number = 2; number <= 20; number++) {
            last = version(SECRET, number, content(number), last.hash());
            index.publish(last, AUDIENCE);
            open = version(open.name(), number, content(number), open.hash());
            index.publish(open, number < 20 ? AUDIENCE : null);
        }
        List<Long> many =
                lists.stream().map(list -> work(index.cid, list).count()).toList();
        assertThat(many.get(0)).isCloseTo(few.get(0), within((long) A_FEW));
        // It has two public versions now.
        assertThat(many.get(1)).isCloseTo(few.get(1), within(2L * A_FEW));
    }

    /**
     * The least of several: each reader sees for the first time that something was written, and what an index reads by
     * itself now and then, for its metrics, is counted where it falls.
     */
    private ReaderSteps.Work work(Session session, IndexRequest request) {
        return Stream.generate(() -> steps.of(() -> index.ask(session, request)))
                .limit(TIMES)
                .min(Comparator.comparingLong(ReaderSteps.Work::count))
                .orElseThrow();
    }

    @Test
    void aPageOfManyPrivateNamesCostsWhatIsOnIt() {
        List<IndexRequest> pages =
                List.of(new ListAll("", 10), new ListOnline("", 10), new Search("secret number", 0, 10));
        List<Long> few =
                pages.stream().map(page -> work(index.ben, page).count()).toList();
        List<CompletableFuture<Answer>> published = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            VersionRecord record = version(new Name("ada/secret number " + i), 1, PLAN, Hash.ZERO);
            Register request = new Register(false, PLAN, record.name(), record, AUDIENCE);
            published.add(index.index.send(index.ada, 10_000 + i, request, true));
        }
        published.forEach(Fixtures::get);
        assertThat(index.listed(index.ben)).hasSize(62);
        for (int i = 0; i < pages.size(); i++) {
            assertThat(work(index.ben, pages.get(i)).count()).isCloseTo(few.get(i), within((long) A_FEW));
        }
        Pdu page = index.ask(index.ben, new ListAll("ada/secret number 5", 2));
        assertThat(PrivateIndex.names(page)).containsExactly("*ada/secret number 50 1", "*ada/secret number 51 1");
        assertThat(index.found(index.ben, "secret number 59")).containsExactly("*ada/secret number 59 1");
        assertThat(index.found(index.ben, "numb")).hasSize(60);
        assertThat(index.found(index.cid, "numb")).isEmpty();
    }

    @Test
    void aLongListIsReadInItsTurnAndRightAfterEachChange() {
        // One list fits.
        PrivateNames names = new PrivateNames(index.names, new KeptLists(1, 12));
        Asker dan = new Asker(index.dan.key(), new Asker.Member("dan", index.dan.key()), false);
        Asker ben = new Asker(index.ben.key(), new Asker.Member("ben", index.ben.key()), false);
        for (boolean toSearch : new boolean[] {false, true, true}) {
            assertThat(Fixtures.get(names.readable(ben, toSearch)).ofAccount().size())
                    .isEqualTo(1);
        }
        index.publish(version(new Name("ada/secret too"), 1, content(8), Hash.ZERO), AUDIENCE);
        index.publish(version(new Name("ada/secret three"), 1, content(8), Hash.ZERO), AUDIENCE);
        for (boolean toSearch : new boolean[] {false, true, false}) {
            ReadableNames found = Fixtures.get(names.readable(ben, toSearch)).ofAccount();
            assertThat(found.size()).isEqualTo(3);
            assertThat(found.hasWords() || !toSearch).isTrue();
            assertThat(Fixtures.get(names.readable(dan, toSearch)).ofAccount().size())
                    .isEqualTo(3);
        }
        index.ask(index.ada, new GroupRequest.ChangeAudience(AUDIENCE, List.of(), List.of(BEN)));
        assertThat(Fixtures.get(names.readable(ben, true)).ofAccount().size()).isZero();
    }

    @Test
    void whatIsKeptOfListsIsReadAnewAfterEachChange() {
        Name other = new Name("ada/secret too");
        assertThat(index.listed(index.dan)).containsExactly("ada/open 1", "*ada/secret plan 1");
        index.publish(version(other, 1, content(8), Hash.ZERO), AUDIENCE);
        assertThat(index.listed(index.dan)).hasSize(3);
        assertThat(index.listed(index.ben)).hasSize(3);
        index.ask(index.ada, new GroupRequest.ChangeAudience(AUDIENCE, List.of(), List.of(TEAM)));
        assertThat(index.listed(index.dan)).hasSize(1);
        index.ask(index.ada, new GroupRequest.ChangeAudience(AUDIENCE, List.of(TEAM), List.of(BEN)));
        assertThat(index.listed(index.dan)).hasSize(3);
        assertThat(index.listed(index.ben)).hasSize(1);
        index.ask(index.ada, new GroupRequest.Add("team", "ben"));
        assertThat(index.listed(index.ben)).hasSize(3);
        index.ask(index.ada, new GroupRequest.Remove("team", "ben"));
        assertThat(index.listed(index.ben)).hasSize(1);
        index.ask(index.ada, new DeregisterName(other));
        assertThat(index.listed(index.dan)).hasSize(2);
        assertThat(index.listed(index.ada)).hasSize(2);
        index.ask(index.ada, new GroupRequest.Delete("team"));
        assertThat(index.listed(index.dan)).hasSize(1);
        index.ask(index.ada, new DeregisterName(SECRET));
        assertThat(index.listed(index.ada)).hasSize(1);
    }
}
