package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.PrivateIndex.ADA;
import static dev.shoal.index.PrivateIndex.AUDIENCE;
import static dev.shoal.index.PrivateIndex.BEN;
import static dev.shoal.index.PrivateIndex.PLAN;
import static dev.shoal.index.PrivateIndex.SECRET;
import static dev.shoal.index.PrivateIndex.SHARE;
import static dev.shoal.index.PrivateIndex.TEAM;
import static dev.shoal.index.PrivateIndex.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.AccountRequest.LogOut;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.GroupRequest.DropAudience;
import dev.shoal.protocol.GroupRequest.ListAudience;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Names;
import dev.shoal.protocol.IndexReply.Version;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.DeregisterName;
import dev.shoal.protocol.IndexRequest.Inspect;
import dev.shoal.protocol.IndexRequest.ListAll;
import dev.shoal.protocol.IndexRequest.ListOnline;
import dev.shoal.protocol.IndexRequest.ListUsers;
import dev.shoal.protocol.IndexRequest.Locate;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
import dev.shoal.protocol.IndexRequest.Search;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an account shares with some is told to them; to everybody else it is as if it were not there. */
class PrivateContentTest {

    private static final Ack ADDED = new Ack(Outcome.SOURCE_ADDED, 1);

    @TempDir
    private Path folder;

    private PrivateIndex index;

    @BeforeEach
    void open() {
        index = new PrivateIndex(folder);
    }

    @AfterEach
    void close() {
        index.close();
    }

    /** Everything that somebody may ask who knows all there is to know, but may not read. */
    private List<Pdu> askedBy(Session outsider) {
        List<IndexRequest> requests = new ArrayList<>(List.of(
                new Search("secret plan", 0, 100),
                new Search("ada/secret plan", 0, 100),
                new Search("secr", 0, 100),
                new Search("plan", 1, 100),
                new ListAll("", 100),
                new ListAll("ada/secret", 1),
                new ListOnline("", 100),
                new ListOnline("ada/secret", 1),
                new ListUsers(0, 100),
                new Inspect(SECRET, 0),
                new Inspect(SECRET, 1),
                new Inspect(SECRET, 2),
                new Locate(false, PLAN, 0, 16),
                new Locate(true, PLAN, 0, 16),
                new Locate(false, SHARE, 0, 16),
                new Locate(true, SHARE, 0, 16),
                new Locate(false, PLAN, 0, 16, AUDIENCE),
                new Locate(true, PLAN, 0, 16, AUDIENCE),
                new Locate(true, PLAN, Integer.MAX_VALUE, 16, AUDIENCE),
                new Locate(false, SHARE, 0, 16, AUDIENCE),
                new Register(false, PLAN, SECRET, null),
                new Register(false, SHARE, SECRET, null),
                new Register(false, PLAN, SECRET, null, AUDIENCE),
                new DeregisterName(SECRET),
                new ListAudience(AUDIENCE),
                new DropAudience(AUDIENCE),
                new AdminRequest.ListAccounts("", 100),
                new AdminRequest.Statistics(),
                new AdminRequest.Audit(0, 100)));
        PeerKey peer = outsider.key();
        VersionRecord record = Fixtures.record(ADA.key().privateKey(), peer, SECRET.text(), 1, PLAN, Hash.ZERO);
        requests.add(new Register(false, PLAN, SECRET, record));
        requests.add(new Register(false, PLAN, SECRET, record, AUDIENCE));
        List<Pdu> answers = new ArrayList<>();
        requests.forEach(request -> answers.add(index.ask(outsider, request)));
        return answers;
    }

    private List<String> gauges() {
        List<String> gauges = new ArrayList<>();
        for (Meter meter : index.index.registry.getMeters()) {
            if (meter instanceof Gauge gauge) {
                gauges.add(meter.getId().getName() + " " + gauge.value());
            }
        }
        return gauges;
    }

    @Test
    void toEverybodyElseNothingThatCanBeAskedTellsOfIt() {
        index.publish(version(new Name("ada/public plan"), 1, content(1), Hash.ZERO), null);
        ownsEveryAudienceThatMayStandForNone();
        List<Session> outsiders = List.of(index.cid, index.stranger, index.root);
        List<List<Pdu>> before = outsiders.stream().map(this::askedBy).toList();
        List<String> gauges = gauges();

        index.share(BEN, TEAM);
        assertThat(index.publish(version(SECRET, 1, PLAN, Hash.ZERO), AUDIENCE))
                .isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        assertThat(index.ask(index.ben, new Register(true, PLAN, SECRET, null, AUDIENCE)))
                .isEqualTo(ADDED);
        index.ask(index.ben, new RegisterChunks(false, false, SHARE, List.of(new ChunkRun(0, 2))));
        assertThat(index.found(index.ben, "secret")).containsExactly("*ada/secret plan 2");

        assertThat(outsiders.stream().map(this::askedBy).toList()).isEqualTo(before);
        assertThat(gauges()).isEqualTo(gauges);
    }

    /** Cid has what the index might put in the place of an audience that is not there. */
    private void ownsEveryAudienceThatMayStandForNone() {
        AudienceId zero = new AudienceId(0, 0);
        index.refused(ErrorCode.FORBIDDEN, index.cid, new GroupRequest.SetAudience(zero, List.of()));
        // An index from before may have let him have it.
        Fixtures.get(index.names
                .writer()
                .write(
                        handle -> handle.execute("INSERT INTO audiences VALUES (zeroblob(16),"
                                + " (SELECT id FROM accounts WHERE name = 'cid'), 0)"),
                        done -> {}));
    }

    @Test
    void itsReadersFindItEverywhere() {
        index.share(BEN, TEAM);
        VersionRecord record = index.publishSecret();
        index.publish(version(new Name("ada/zebra"), 1, content(1), Hash.ZERO), null);
        for (Session reader : List.of(index.ada, index.ben, index.dan)) {
            assertThat(index.listed(reader)).containsExactly("*ada/secret plan 1", "ada/zebra 1");
            assertThat(index.online(reader)).containsExactly("*ada/secret plan 1", "ada/zebra 1");
            for (String text : List.of("secret plan", "ada/secret plan", "plan", "secr", "ADA pl")) {
                assertThat(index.found(reader, text)).as(text).contains("*ada/secret plan 1");
            }
            assertThat(index.found(reader, "plans")).isEmpty();
            assertThat(index.ask(reader, new Inspect(SECRET, 0)))
                    .isEqualTo(new Version(record, 1, 1, 1, null, AUDIENCE));
            Names page = (Names) index.ask(reader, new ListAll("", 1));
            assertThat(PrivateIndex.names(page)).containsExactly("*ada/secret plan 1");
            assertThat(PrivateIndex.names(index.ask(reader, new ListAll(page.cursor(), 1))))
                    .containsExactly("ada/zebra 1");
        }
        index.ask(index.ada, new IndexRequest.DeregisterContent(SHARE));
        assertThat(index.online(index.ben)).containsExactly("ada/zebra 1");
        assertThat(index.listed(index.ben)).contains("*ada/secret plan 0");
    }

    @Test
    void whoMayReadIsToldTheSourcesAndGetsATicketForThemAlone() {
        index.share(BEN);
        index.publishSecret();
        Locations told = index.locate(index.ben, PLAN, AUDIENCE);
        assertThat(told.sources()).isEqualTo(1);
        AccessTicket ticket = Objects.requireNonNull(told.ticket());
        PeerKey signer = key(PrivateIndex.KEYS);
        assertThat(ticket.isAuthentic(signer, SHARE, index.ben.peer())).isTrue();
        assertThat(ticket.isAuthentic(signer, SHARE, index.cid.peer())).isFalse();
        assertThat(ticket.isAuthentic(signer, PLAN, index.ben.peer())).isFalse();
        assertThat(ticket.isOver(index.index.now.millis() + AccessTicket.LIFE_MILLIS))
                .isFalse();
        assertThat(ticket.isOver(index.index.now.millis() + 7 * 60_000)).isTrue();
        Locations byDatagram = (Locations) index.index.ask(index.ben, new Locate(false, PLAN, 0, 16, AUDIENCE));
        assertThat(byDatagram.ticket()).isEqualTo(ticket);
        Locations withChunks = (Locations) index.ask(index.ben, new Locate(true, PLAN, 0, 16, AUDIENCE));
        assertThat(withChunks.ticket()).isEqualTo(ticket);

        index.index.pass(AccessTicket.LIFE_MILLIS / 3);
        assertThat(index.locate(index.ben, PLAN, AUDIENCE).ticket()).isEqualTo(ticket);
        index.index.pass(1_000);
        assertThat(index.locate(index.ben, PLAN, AUDIENCE).ticket()).isNotEqualTo(ticket);
        // What is shared with an audience is no other's, and not everybody's.
        assertThat(index.locate(index.ben, PLAN, new AudienceId(1, 1))).isEqualTo(NOBODY);
        assertThat(index.locate(index.ben, PLAN, null)).isEqualTo(NOBODY);
        assertThat(index.locate(index.ben, SHARE, null)).isEqualTo(NOBODY);
    }

    private static final Locations NOBODY = new Locations(false, 0, 0, List.of());

    private void assertReads(Session session, boolean may) {
        assertThat(index.locate(session, PLAN, AUDIENCE).ticket() != null).isEqualTo(may);
        assertThat(index.ask(session, new Inspect(SECRET, 0)) instanceof Version)
                .isEqualTo(may);
        assertThat(index.listed(session).size()).isEqualTo(may ? 1 : 0);
        assertThat(index.found(session, "plan").size()).isEqualTo(may ? 1 : 0);
        if (!may) {
            assertThat(index.locate(session, PLAN, AUDIENCE)).isEqualTo(NOBODY);
        }
    }

    @Test
    void whoIsTakenOffGetsNothingFromThenOn() {
        index.share(BEN, TEAM);
        index.publishSecret();
        assertReads(index.ben, true);
        assertReads(index.dan, true);
        index.share(TEAM);
        assertReads(index.ben, false);
        index.ask(index.ada, new GroupRequest.Remove("team", "dan"));
        assertReads(index.dan, false);
        index.ask(index.ada, new GroupRequest.Add("team", "cid"));
        assertReads(index.cid, true);
        index.ask(index.ada, new GroupRequest.Delete("team"));
        assertReads(index.cid, false);
        index.share(BEN);
        index.ask(index.ben, new LogOut());
        assertReads(index.ben, false);
        index.share();
        assertReads(index.ada, true);
        index.ask(index.ada, new DropAudience(AUDIENCE));
        assertReads(index.ada, true);
        // A group of the same name of somebody else lets nobody in.
        index.ask(index.cid, new GroupRequest.Create("team"));
        index.ask(index.cid, new GroupRequest.Add("team", "cid"));
        index.refused(ErrorCode.NOT_FOUND, index.ada, new GroupRequest.SetAudience(AUDIENCE, List.of(TEAM)));
        assertReads(index.cid, false);
    }

    @Test
    void theSameBytesSharedByAnotherAreAsPublicAsHeSharesThem() {
        index.share(BEN);
        index.publishSecret();
        VersionRecord open = Fixtures.first(STRANGERS, "open/plan", PLAN);
        Session other = index.index.join(key(STRANGERS), "198.51.100.77", "");
        assertThat(index.ask(other, new Register(false, PLAN, open.name(), open)))
                .isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        assertThat(index.locate(index.stranger, PLAN, null).sources()).isEqualTo(1);
        assertThat(index.listed(index.stranger)).containsExactly("open/plan 1");
        assertThat(index.locate(index.ben, PLAN, AUDIENCE).sources()).isEqualTo(1);
        index.ask(other, new IndexRequest.DeregisterAll());
        assertThat(index.locate(index.ben, PLAN, AUDIENCE).sources()).isEqualTo(1);
        assertThat(index.locate(index.stranger, PLAN, null)).isEqualTo(NOBODY);
    }

    private static final KeyPair STRANGERS = Fixtures.keyPair();

    @Test
    void onlyReadersBecomeSources() {
        index.share(BEN);
        index.publishSecret();
        Register wish = new Register(true, PLAN, SECRET, null, AUDIENCE);
        assertThat(index.ask(index.ben, wish)).isEqualTo(ADDED);
        index.refused(ErrorCode.NOT_FOUND, index.cid, wish);
        index.refused(ErrorCode.NOT_LOGGED_IN, index.stranger, wish);
        index.refused(ErrorCode.NOT_FOUND, index.ben, new Register(true, content(8), SECRET, null, AUDIENCE));
        index.refused(ErrorCode.NOT_FOUND, index.ben, new Register(true, PLAN, SECRET, null));
        index.refused(ErrorCode.BAD_RECORD, index.ben, new Register(true, SHARE, SECRET, null, AUDIENCE));
        assertThat(index.locate(index.ada, PLAN, AUDIENCE).sources()).isEqualTo(2);
        // A source withdraws itself, and nothing else.
        assertThat(index.ask(index.ben, new DeregisterName(SECRET))).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(index.locate(index.ada, PLAN, AUDIENCE).sources()).isEqualTo(1);
        assertThat(index.listed(index.ben)).hasSize(1);
        index.refused(ErrorCode.NOT_FOUND, index.cid, new DeregisterName(SECRET));
    }

    @Test
    void itIsThereAfterARestartForItsReaders() {
        index.share(BEN);
        index.publishSecret();
        index.close();
        index = new PrivateIndex(folder);
        assertReads(index.ben, true);
        assertReads(index.cid, false);
        assertThat(index.listed(index.stranger)).isEmpty();
    }

    @Test
    void aNameThatBecomesPrivateIsHiddenAtOnceWhereListsAreMadeOnceASecond() {
        List<RegisterBulk.Entry> others = LongStream.range(1_000, 1_150)
                .mapToObj(each -> new RegisterBulk.Entry(content(each), false))
                .toList();
        Session crowd = index.index.join(6, "198.51.100.6");
        assertThat(index.ask(crowd, new RegisterBulk(1, others, false))).isEqualTo(Ack.DONE);
        VersionRecord open = version(SECRET, 1, PLAN, Hash.ZERO);
        index.publish(open, null);
        assertThat(index.online(index.stranger)).containsExactly("ada/secret plan 1");
        index.share(BEN);
        index.publish(version(SECRET, 2, content(8), open.hash()), AUDIENCE);
        assertThat(index.online(index.stranger)).isEmpty();
        assertThat(index.online(index.ben)).containsExactly("*ada/secret plan 1");
    }

    @Test
    void itsSourcesAreStatedAgainAfterARestartForItsReadersAlone() {
        index.share(BEN);
        index.publishSecret();
        index.close();
        index = new PrivateIndex(folder);
        List<Session> outsiders = List.of(index.cid, index.stranger, index.root);
        List<List<Pdu>> before = outsiders.stream().map(this::askedBy).toList();
        assertThat(index.locate(index.ben, PLAN, AUDIENCE).sources()).isZero();

        assertThat(index.index.heartbeat(index.ada, List.of(SHARE)).restate()).isTrue();
        RegisterBulk whole = new RegisterBulk(1, List.of(new RegisterBulk.Entry(SHARE, false)), false);
        assertThat(index.ask(index.ada, whole)).isEqualTo(Ack.DONE);
        assertThat(index.index.heartbeat(index.ada, List.of(SHARE)).restate()).isFalse();
        RegisterBulk part = new RegisterBulk(1, List.of(new RegisterBulk.Entry(SHARE, true)), false);
        assertThat(index.ask(index.ben, part)).isEqualTo(Ack.DONE);
        index.ask(index.ben, new RegisterChunks(false, true, SHARE, List.of(new ChunkRun(0, 2))));

        Locations told = index.locate(index.ben, PLAN, AUDIENCE);
        assertThat(told.sources()).isEqualTo(2);
        assertThat(told.seeds()).isEqualTo(1);
        assertThat(told.ticket()).isNotNull();
        assertThat(index.online(index.ben)).containsExactly("*ada/secret plan 2");
        assertThat(outsiders.stream().map(this::askedBy).toList()).isEqualTo(before);
    }
}
