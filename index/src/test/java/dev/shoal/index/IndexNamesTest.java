package dev.shoal.index;

import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.record;
import static dev.shoal.index.IndexUnderTest.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexReply.Listing;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Names;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.IndexReply.Version;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.DeregisterAll;
import dev.shoal.protocol.IndexRequest.DeregisterContent;
import dev.shoal.protocol.IndexRequest.DeregisterName;
import dev.shoal.protocol.IndexRequest.Inspect;
import dev.shoal.protocol.IndexRequest.ListAll;
import dev.shoal.protocol.IndexRequest.ListOnline;
import dev.shoal.protocol.IndexRequest.Locate;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
import dev.shoal.protocol.IndexRequest.Search;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexNamesTest {

    private static final KeyPair OWNER = Fixtures.keyPair();
    private static final KeyPair OTHER = Fixtures.keyPair();
    private static final int ALL = IndexRequest.MAX_PAGE_ENTRIES;

    @TempDir
    private Path folder;

    private SqliteNames names;
    private IndexUnderTest index;
    private Session owner;
    private Session other;

    @BeforeEach
    void open() {
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
        index = new IndexUnderTest(SETTINGS, names);
        owner = index.join(key(OWNER), "203.0.113.1", "anna");
        other = index.join(key(OTHER), "203.0.113.2", "bert");
    }

    @AfterEach
    void close() {
        names.close();
    }

    @Test
    void registeringSaysWhatItDid() {
        VersionRecord one = first(OWNER, "lab/a", content(1));
        assertThat(register(owner, one)).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        assertThat(register(owner, one)).isEqualTo(new Ack(Outcome.UNCHANGED, 1));
        assertThat(register(other, "lab/a", content(1))).isEqualTo(new Ack(Outcome.SOURCE_ADDED, 1));
        assertThat(register(other, "lab/a", content(1))).isEqualTo(new Ack(Outcome.UNCHANGED, 1));
        VersionRecord two = record(OWNER, "lab/a", 2, content(2), one.hash());
        assertThat(register(owner, two)).isEqualTo(new Ack(Outcome.VERSION_MADE, 2));
        assertThat(register(owner, two)).isEqualTo(new Ack(Outcome.UNCHANGED, 2));
        assertThat(((Failure) register(other, "lab/a", content(3))).code()).isEqualTo(ErrorCode.NAME_TAKEN);
        Version latest = (Version) index.ask(other, new Inspect(new Name("lab/a"), 0));
        assertThat(latest).isEqualTo(new Version(two, 2, 1, 1));
        assertThat(index.ask(other, new Inspect(new Name("lab/a"), 1))).isEqualTo(new Version(one, 2, 2, 2));
        assertThat(index.failure(other, new Inspect(new Name("lab/a"), 3)).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(index.failure(other, new Inspect(new Name("lab/b"), 0)).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void aRefusedNameMakesNoSource() {
        register(owner, first(OWNER, "lab/a", content(1)));
        register(other, "lab/a", content(2));
        register(other, "lab/none", content(3));
        assertThat(locate(owner, content(2)).sources()).isZero();
        assertThat(locate(owner, content(3)).sources()).isZero();
    }

    @Test
    void aPartialSourceShowsItsChunks() {
        register(owner, first(OWNER, "lab/a", content(1)));
        index.ask(other, new Register(true, content(1), new Name("lab/a"), null));
        index.ask(other, new RegisterChunks(false, false, content(1), List.of(new ChunkRun(0, 8))));
        Locations found = locate(index.join(9, "198.51.100.1"), content(1));
        assertThat(found.entries()).extracting(Source::completeness).containsExactly(Source.SEED, 127);
        for (ContentId content : List.of(content(1), content(9))) {
            Answer cut = get(index.send(owner, 1, new Locate(true, content, 0, 10), false));
            assertThat(cut.truncated()).isTrue();
            assertThat(((Locations) java.util.Objects.requireNonNull(cut.pdu())).entries())
                    .isEmpty();
        }
        Locations page = (Locations) index.askOverTls(owner, new Locate(true, content(1), 0, 10));
        assertThat(page.entries()).extracting(Source::chunks).containsExactly(List.of(new ChunkRun(0, 8)));
        index.ask(other, new RegisterChunks(true, false, content(1), List.of()));
        assertThat(locate(owner, content(1)).entries().getFirst().isSeed()).isTrue();
    }

    @Test
    void theOwnerTakesTheNameAwayWithItsSources() {
        VersionRecord one = first(OWNER, "lab/a", content(1));
        register(owner, one);
        register(owner, record(OWNER, "lab/a", 2, content(2), one.hash()));
        register(other, "lab/a", content(2));
        assertThat(index.ask(owner, new DeregisterName(new Name("lab/a")))).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(locate(owner, content(1)).sources()).isZero();
        assertThat(locate(owner, content(2)).sources()).isEqualTo(1);
        assertThat(index.failure(owner, new Inspect(new Name("lab/a"), 0)).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(index.failure(owner, new DeregisterName(new Name("lab/a"))).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void anybodyElseOnlyWithdrawsItself() {
        register(owner, first(OWNER, "lab/a", content(1)));
        register(other, "lab/a", content(1));
        assertThat(index.ask(other, new DeregisterName(new Name("lab/a")))).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(index.ask(other, new DeregisterName(new Name("lab/a")))).isEqualTo(new Ack(Outcome.DONE, 0));
        assertThat(locate(other, content(1)).sources()).isEqualTo(1);
        assertThat(index.ask(other, new Inspect(new Name("lab/a"), 0))).isInstanceOf(Version.class);
    }

    @Test
    void aContentIsWithdrawnAndItsNameStays() {
        register(owner, first(OWNER, "lab/a", content(1)));
        assertThat(index.ask(owner, new DeregisterContent(content(1)))).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(index.ask(owner, new DeregisterContent(content(1)))).isEqualTo(new Ack(Outcome.DONE, 0));
        assertThat(index.ask(other, new Inspect(new Name("lab/a"), 0))).isInstanceOf(Version.class);
    }

    @Test
    void everythingIsWithdrawnAtOnce() {
        for (int i = 0; i < 5; i++) {
            register(owner, first(OWNER, "lab/" + i, content(i)));
        }
        register(other, first(OTHER, "studio/a", content(4)));
        index.ask(owner, new RegisterChunks(true, false, content(77), List.of()));
        assertThat(index.ask(owner, new DeregisterAll())).isEqualTo(new Ack(Outcome.DONE, 6));
        assertThat(namesOf(listAll(other, ALL))).containsExactly("studio/a");
        assertThat(locate(owner, content(4)).sources()).isEqualTo(1);
        assertThat(locate(owner, content(77)).sources()).isZero();
        assertThat(index.heartbeat(owner, List.of()).restate()).isFalse();
        assertThat(owner.mismatches).isZero();
    }

    @Test
    void aRetransmittedDeregistrationGetsTheSameAnswer() {
        register(owner, first(OWNER, "lab/a", content(1)));
        register(owner, first(OWNER, "lab/b", content(2)));
        DeregisterName request = new DeregisterName(new Name("lab/a"));
        CompletableFuture<Answer> early = index.send(owner, 500, request, false);
        CompletableFuture<Answer> again = index.send(owner, 500, request, false);
        assertThat(get(early)).isEqualTo(Answer.of(new Ack(Outcome.DONE, 1)));
        assertThat(get(again)).isEqualTo(get(early));
        assertThat(index.ask(owner, 500, request)).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(index.ask(owner, 501, new DeregisterAll())).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(index.ask(owner, 501, new DeregisterAll())).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(index.ask(owner, 502, new DeregisterAll())).isEqualTo(new Ack(Outcome.DONE, 0));
    }

    @Test
    void aDeregistrationIsARepetitionOnlyWithTheSameNumberWithinHalfAMinute() {
        DeregisterContent request = new DeregisterContent(content(1));
        for (int id : new int[] {0, 0, 7, 8}) {
            register(owner, first(OWNER, "lab/a", content(1)));
            assertThat(index.ask(owner, id, request)).isEqualTo(new Ack(Outcome.DONE, 1));
        }
        register(owner, first(OWNER, "lab/b", content(2)));
        assertThat(index.ask(owner, 8, new DeregisterContent(content(2)))).isEqualTo(new Ack(Outcome.DONE, 1));
        register(owner, first(OWNER, "lab/b", content(2)));
        index.pass(29_999);
        assertThat(index.ask(owner, 8, new DeregisterContent(content(2)))).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(locate(other, content(2)).sources()).isEqualTo(1);
        index.pass(1);
        assertThat(index.ask(owner, 8, new DeregisterContent(content(2)))).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(locate(other, content(2)).sources()).isZero();
    }

    @Test
    void aPartialSourceThatBecomesCompleteIsAddedAgain() {
        register(owner, first(OWNER, "lab/a", content(1)));
        Register part = new Register(true, content(1), new Name("lab/a"), null);
        assertThat(index.ask(other, part)).isEqualTo(new Ack(Outcome.SOURCE_ADDED, 1));
        assertThat(index.ask(other, part)).isEqualTo(new Ack(Outcome.UNCHANGED, 1));
        // Without a chunk it counts as a source.
        assertThat(locate(owner, content(1)).sources()).isEqualTo(2);
        assertThat(register(other, "lab/a", content(1))).isEqualTo(new Ack(Outcome.SOURCE_ADDED, 1));
        assertThat(index.ask(other, part)).isEqualTo(new Ack(Outcome.UNCHANGED, 1));
        assertThat(locate(owner, content(1)).seeds()).isEqualTo(2);
    }

    @Test
    void withdrawingANameWithdrawsItsContentsUnderAnyName() {
        VersionRecord one = first(OWNER, "lab/a", content(1));
        register(owner, one);
        register(owner, record(OWNER, "lab/a", 2, content(2), one.hash()));
        register(other, first(OTHER, "studio/a", content(1)));
        register(other, "lab/a", content(2));
        assertThat(index.ask(other, new DeregisterName(new Name("lab/a")))).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(locate(owner, content(1)).sources()).isEqualTo(1);
        assertThat(locate(owner, content(2)).sources()).isEqualTo(1);
        assertThat(index.ask(owner, new Inspect(new Name("studio/a"), 0))).isInstanceOf(Version.class);
    }

    @Test
    void whatIsOnlineIsListedAsSoonAsItIs() {
        register(owner, first(OWNER, "lab/a", content(1)));
        assertThat(namesOf(listOnline(other, ALL))).containsExactly("lab/a");
        register(owner, first(OWNER, "lab/b", content(2)));
        register(other, first(OTHER, "studio/c", content(1)));
        assertThat(namesOf(listOnline(other, ALL))).containsExactly("lab/a", "lab/b", "studio/c");
        index.ask(owner, new DeregisterContent(content(2)));
        assertThat(namesOf(listOnline(other, ALL))).containsExactly("lab/a", "studio/c");
        index.ask(owner, new DeregisterName(new Name("lab/a")));
        assertThat(namesOf(listOnline(other, ALL))).containsExactly("studio/c");
        index.ask(owner, new RegisterChunks(true, false, content(2), List.of()));
        assertThat(namesOf(listOnline(other, ALL))).containsExactly("lab/b", "studio/c");
        assertThat(namesOf(listAll(other, ALL))).containsExactly("lab/b", "studio/c");
        index.service.end(other);
        index.service.end(owner);
        Session late = index.join(9, "203.0.113.9");
        assertThat(namesOf(listOnline(late, ALL))).isEmpty();
        assertThat(namesOf(listAll(late, ALL))).containsExactly("lab/b", "studio/c");
    }

    @Test
    void listsComeInPagesThatFitADatagram() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = "lab/" + "x".repeat(i * 6 % 240) + (i + 100);
            expected.add(name);
            register(owner, first(OWNER, name, content(i)));
        }
        expected.sort(OnlineNames.BYTE_ORDER);
        assertThat(namesOf(listAll(other, ALL))).isEqualTo(expected);
        assertThat(namesOf(listAll(other, 1))).isEqualTo(expected);
        assertThat(namesOf(listOnline(other, ALL))).isEqualTo(expected);
        assertThat(namesOf(listOnline(other, 1))).isEqualTo(expected);
        assertThat(namesOf(listOnline(other, 7))).isEqualTo(expected);
        List<String> found = new ArrayList<>();
        Names page;
        do {
            page = (Names) index.ask(other, new Search("lab", found.size(), ALL));
            assertThat(page.entries()).isNotEmpty();
            found.addAll(namesOf(page.entries()));
        } while (!page.cursor().isEmpty());
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
        Names whole = (Names) index.askOverTls(other, new ListAll("", ALL));
        assertThat(namesOf(whole.entries())).isEqualTo(expected);
        assertThat(whole.cursor()).isEmpty();
        assertThat(((Names) index.ask(other, new Search("lab", 40, ALL))).entries())
                .isEmpty();
        assertThat(((Names) index.ask(other, new Search("lab", Integer.MAX_VALUE, ALL))).entries())
                .isEmpty();
    }

    @Test
    void whileVeryManyContentsAreOnlineThePagesAreTheSame() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            register(owner, first(OWNER, "lab/" + (i + 100), content(i)));
            expected.add("lab/" + (i + 100));
        }
        index.ask(owner, new DeregisterContent(content(7)));
        expected.remove("lab/107");
        for (int i = 0; i <= OnlineNames.FEW_CONTENTS; i++) {
            index.ask(other, new RegisterChunks(true, false, content(1_000 + i), List.of()));
        }
        assertThat(namesOf(listOnline(other, 4))).isEqualTo(expected);
        assertThat(namesOf(listOnline(other, ALL))).isEqualTo(expected);
    }

    @Test
    void locationsAreCutToWhatADatagramHolds() {
        register(owner, first(OWNER, "lab/a", content(1)));
        Endpoint second = new Endpoint(address("2001:db8::1:2"), 9_000);
        Endpoint third = new Endpoint(address("2001:db8::1:3"), 9_000);
        Endpoint fourth = new Endpoint(address("2001:db8::1:4"), 9_000);
        for (int i = 0; i < 16; i++) {
            Session session = index.joined(
                            index.hello("", List.of(second, third, fourth)), key(i), "2001:db8:" + i + "::1")
                    .session();
            index.service.declaredToConfirm(session).forEach(endpoint -> index.service.confirmed(session, endpoint));
            index.ask(session, new RegisterChunks(true, false, content(1), List.of()));
        }
        Locations cut = locate(other, content(1));
        assertThat(cut.sources()).isEqualTo(17);
        assertThat(cut.entries()).hasSizeBetween(8, 11);
        Locations whole = (Locations) index.askOverTls(other, new Locate(false, content(1), 0, ALL));
        assertThat(whole.entries()).hasSize(Directory.MAX_LOCATED);
    }

    @Test
    void requestsAndFailuresAreCounted() {
        locate(other, content(1));
        register(other, "lab/none", content(1));
        assertThat(index.registry
                        .get("shoal.index.requests")
                        .tag("letter", "F")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(index.registry
                        .get("shoal.index.failures")
                        .tag("code", "NOT_FOUND")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(index.registry.get("shoal.index.sessions").gauge().value()).isEqualTo(2);
    }

    @Test
    void withoutItsDiskTheIndexSaysSoAndStillLocates() {
        register(owner, first(OWNER, "lab/a", content(1)));
        names.close();
        assertThat(((Failure) register(owner, first(OWNER, "lab/b", content(2)))).code())
                .isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(locate(other, content(1)).sources()).isEqualTo(1);
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
    }

    private Pdu register(Session session, VersionRecord record) {
        return index.ask(session, new Register(false, record.content(), record.name(), record));
    }

    private Pdu register(Session session, String name, ContentId content) {
        return index.ask(session, new Register(false, content, new Name(name), null));
    }

    private Locations locate(Session session, ContentId content) {
        return (Locations) index.ask(session, new Locate(false, content, 0, 16));
    }

    private List<Listing> listAll(Session session, int limit) {
        return pages(session, limit, true);
    }

    private List<Listing> listOnline(Session session, int limit) {
        return pages(session, limit, false);
    }

    private List<Listing> pages(Session session, int limit, boolean all) {
        List<Listing> entries = new ArrayList<>();
        String cursor = "";
        do {
            IndexRequest request = all ? new ListAll(cursor, limit) : new ListOnline(cursor, limit);
            Names page = (Names) index.ask(session, request);
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
            entries.addAll(page.entries());
            cursor = page.cursor();
        } while (!cursor.isEmpty());
        return entries;
    }

    private static List<String> namesOf(List<Listing> entries) {
        return entries.stream().map(entry -> entry.name().text()).toList();
    }
}
