package dev.shoal.index;

import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.socket;
import static dev.shoal.index.IndexUnderTest.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Challenge;
import dev.shoal.protocol.IndexReply.HeartbeatReply;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.IndexReply.User;
import dev.shoal.protocol.IndexReply.Users;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.EchoCookie;
import dev.shoal.protocol.IndexRequest.Heartbeat;
import dev.shoal.protocol.IndexRequest.ListUsers;
import dev.shoal.protocol.IndexRequest.Locate;
import dev.shoal.protocol.IndexRequest.Quit;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.Welcome;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexSessionsTest {

    private static final ContentId CONTENT = content(1);
    private static final Heartbeat NOTHING = new Heartbeat(0, 0, 0, 0);

    @TempDir
    private static Path folder;

    private static SqliteNames names;

    private IndexUnderTest index;

    @BeforeAll
    static void open() {
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
    }

    @BeforeEach
    void start() {
        index = new IndexUnderTest(SETTINGS, names);
    }

    @AfterAll
    static void close() {
        names.close();
    }

    @Test
    void aWelcomeSaysEverythingThatASessionNeeds() {
        JoinResult.Joined joined = index.joined(index.hello("anna", List.of()), key(1), "203.0.113.1");
        Welcome welcome = joined.welcome();
        assertThat(welcome.session()).isEqualTo(joined.session().id()).isNotZero();
        assertThat(welcome.peerKey()).hasSize(Welcome.KEY_BYTES).isNotEqualTo(welcome.indexKey());
        assertThat(welcome.proofKey()).isEqualTo(index.service.proofKey(welcome.session()));
        assertThat(welcome.observed()).isEqualTo(new Endpoint(address("203.0.113.1"), 40_000));
        assertThat(welcome.leaseMillis()).isEqualTo(60_000);
        assertThat(welcome.indexMillis()).isEqualTo(index.now.millis());
        assertThat(index.service.session(welcome.session())).contains(joined.session());
        assertThat(index.service.attach(welcome.session(), key(1))).contains(joined.session());
        assertThat(index.service.attach(welcome.session(), key(2))).isEmpty();
        assertThat(welcome.toString()).doesNotContain("[B");
    }

    @Test
    void aGreetingThatBreaksARuleIsRefused() {
        assertRefused(new Hello(0, 1, 0, "", 0, List.of(), ""), ErrorCode.UNSUPPORTED);
        assertRefused(new Hello(1, 1, 0, "x".repeat(65), 0, List.of(), ""), ErrorCode.MALFORMED);
        for (String user : List.of("a/b", "e\u0301", "con", "a\u001b", "x ", "..")) {
            assertRefused(index.hello(user, List.of()), ErrorCode.MALFORMED);
        }
        assertThat(index.joined(index.hello("é".repeat(32), List.of()), key(1), "203.0.113.1"))
                .isNotNull();
    }

    @Test
    void theSameProcessReplacesItsSessionAndKeepsItsRegistrations() {
        Hello hello = index.hello("anna", List.of());
        Session before = index.joined(hello, key(1), "203.0.113.1").session();
        register(before, CONTENT);
        Session after = index.joined(hello, key(1), "203.0.113.2").session();
        assertThat(index.service.session(before.id())).isEmpty();
        assertThat(index.failure(before, NOTHING).code()).isEqualTo(ErrorCode.WRONG_STATE);
        index.service.end(before);
        assertThat(index.heartbeat(after, List.of(CONTENT)).restate()).isFalse();
        assertThat(located(index.join(2, "198.51.100.1")).getFirst().endpoints())
                .containsExactly(new Endpoint(address("203.0.113.2"), 7801));
        Session other = index.join(key(1), "203.0.113.1", "anna");
        assertThat(index.service.session(after.id())).isPresent();
        assertThat(index.service.session(other.id())).isPresent();
    }

    @Test
    void sessionsAreLimitedByKeyAndByAddress() {
        for (int i = 0; i < SETTINGS.sessionsPerKey(); i++) {
            index.join(1, "203.0.113." + i);
        }
        assertThat(refused(1, "203.0.113.99").sentence()).contains("8 sessions");
        for (int i = 0; i < SETTINGS.sessionsPerAddress(); i++) {
            index.join(100 + i, "2001:db8::" + i);
        }
        assertThat(refused(200, "2001:db8::ffff").sentence()).contains("20 sessions");
        index.join(200, "2001:db8:0:1::1");
        for (int i = 0; i < 2 * SETTINGS.sessionsPerAddress(); i++) {
            index.join(300 + i, "127.0.0.1");
        }
        index.ask(index.join(400, "198.51.100.1"), NOTHING);
    }

    @Test
    void thePlaceOfAnEndedSessionIsFree() {
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < SETTINGS.sessionsPerKey(); i++) {
            sessions.add(index.join(1, "203.0.113.1"));
        }
        refused(1, "203.0.113.1");
        index.service.end(sessions.getFirst());
        index.join(1, "203.0.113.1");
        index.pass(60_001);
        index.service.expire(index.now);
        for (int i = 0; i < SETTINGS.sessionsPerKey(); i++) {
            index.join(1, "203.0.113.1");
        }
    }

    @Test
    void aNewAddressMustReturnItsCookie() {
        Session session = index.join(1, "203.0.113.1");
        register(session, CONTENT);
        InetSocketAddress elsewhere = socket("198.51.100.7", 6_000);
        Challenge challenge = (Challenge) index.askFrom(session, elsewhere, NOTHING);
        // What was asked in the meantime had no effect, and a wrong cookie only brings another challenge.
        assertThat(index.askFrom(session, elsewhere, new EchoCookie(challenge.cookie() + 1)))
                .isInstanceOf(Challenge.class);
        assertThat(index.askFrom(session, socket("198.51.100.8", 6_000), new EchoCookie(challenge.cookie())))
                .isInstanceOf(Challenge.class);
        assertThat(index.askFrom(session, elsewhere, new EchoCookie(challenge.cookie())))
                .isEqualTo(Ack.DONE);
        assertThat(index.askFrom(session, elsewhere, NOTHING)).isInstanceOf(HeartbeatReply.class);
        assertThat(located(index.join(2, "192.0.2.1")).getFirst().endpoints())
                .containsExactly(new Endpoint(address("198.51.100.7"), 7801));
        assertThat(index.askFrom(session, socket("203.0.113.1", 5_000), NOTHING))
                .isInstanceOf(Challenge.class);
    }

    @Test
    void aNewAddressIsSentNothingButChallenges() {
        IndexSettings slow = SETTINGS.withRequests(new RequestLimits(2, 1_000, 1_000));
        IndexUnderTest busy = new IndexUnderTest(slow, names);
        Session session = busy.join(1, "203.0.113.1");
        InetSocketAddress elsewhere = socket("198.51.100.7", 6_000);
        Failure broken = Failure.of(ErrorCode.MALFORMED, "it is not to be read");
        assertThat(busy.service
                        .unreadable(session, broken, elsewhere, false, busy.now)
                        .pdu())
                .isInstanceOf(Challenge.class);
        assertThat(busy.askFrom(session, elsewhere, NOTHING)).isInstanceOf(Challenge.class);
        assertThat(busy.askFrom(session, elsewhere, NOTHING)).isInstanceOf(Challenge.class);
        assertThat(busy.askFrom(session, elsewhere, busy.hello("", List.of()))).isInstanceOf(Challenge.class);
        assertThat(get(busy.service.handle(session, 9, NOTHING, elsewhere, false, busy.now)))
                .isEqualTo(Answer.NONE);
        assertThat(busy.service.unreadable(session, broken, elsewhere, false, busy.now))
                .isEqualTo(Answer.NONE);
        assertThat(busy.failure(session, NOTHING).code()).isEqualTo(ErrorCode.BUSY);
        busy.pass(1_000);
        assertThat(busy.service.unreadable(session, broken, socket("203.0.113.1", 5_000), false, busy.now))
                .isEqualTo(Answer.of(broken));
        busy.service.end(session);
        assertThat(busy.service.unreadable(session, broken, elsewhere, false, busy.now))
                .isEqualTo(Answer.NONE);
    }

    @Test
    void everyRequestRenewsTheLease() {
        Session session = index.join(1, "203.0.113.1");
        index.pass(59_000);
        assertThat(index.askOverTls(session, new EchoCookie(5))).isEqualTo(Ack.DONE);
        index.pass(59_000);
        assertThat(index.service.expire(index.now)).isZero();
        assertThat(index.failure(session, index.hello("", List.of())).code()).isEqualTo(ErrorCode.WRONG_STATE);
        index.pass(59_000);
        assertThat(index.service.expire(index.now)).isZero();
    }

    @Test
    void aPeerIsForgottenWhenItsLeaseRunsOutAndNotBefore() {
        Session silent = index.join(1, "203.0.113.1");
        Session speaking = index.join(2, "203.0.113.2");
        register(silent, CONTENT);
        register(speaking, CONTENT);
        index.pass(30_000);
        index.heartbeat(speaking, List.of(CONTENT));
        index.pass(29_999);
        assertThat(index.service.expire(index.now)).isZero();
        index.pass(1);
        assertThat(index.service.expire(index.now)).isEqualTo(1);
        assertThat(index.service.session(silent.id())).isEmpty();
        Session asker = index.join(3, "203.0.113.3");
        assertThat(located(asker)).extracting(Source::peer).containsExactly(speaking.peer());
        assertThat(index.failure(silent, NOTHING).code()).isEqualTo(ErrorCode.WRONG_STATE);
    }

    @Test
    void aSessionEndsAfterADay() {
        Session session = index.join(1, "203.0.113.1");
        for (int minute = 0; minute < 25 * 60; minute++) {
            index.pass(60_000);
            index.heartbeat(session, List.of());
            assertThat(index.service.expire(index.now)).isZero();
        }
        index.pass(1);
        index.heartbeat(session, List.of());
        index.pass(60_000);
        assertThat(index.service.expire(index.now)).isEqualTo(1);
    }

    @Test
    void aCrowdWhoseLeasesEndAtOnceGoesAtOnce() {
        for (int i = 0; i < 500; i++) {
            register(index.join(1_000 + i, "127.0.0.1"), CONTENT);
        }
        index.pass(60_000);
        assertThat(index.service.expire(index.now)).isEqualTo(500);
        Pdu reply = index.ask(index.join(1, "203.0.113.1"), new Locate(false, CONTENT, 0, 16));
        assertThat(((Locations) reply).sources()).isZero();
    }

    @Test
    void quittingGetsNoAnswerAndTakesTheSourceAway() {
        Session session = index.join(1, "203.0.113.1");
        register(session, CONTENT);
        assertThat(get(index.send(session, 1, new Quit(), false)).pdu()).isNull();
        assertThat(located(index.join(2, "203.0.113.2"))).isEmpty();
    }

    @Test
    void whoAsksTooMuchIsToldWhenToAskAgain() {
        IndexSettings slow = SETTINGS.withRequests(new RequestLimits(10, 1_000, 1_000));
        IndexUnderTest busy = new IndexUnderTest(slow, names);
        Session session = busy.join(1, "203.0.113.1");
        for (int i = 0; i < 20; i++) {
            assertThat(busy.ask(session, NOTHING)).isInstanceOf(HeartbeatReply.class);
        }
        Failure failure = busy.failure(session, NOTHING);
        assertThat(failure.code()).isEqualTo(ErrorCode.BUSY);
        busy.pass(failure.retryAfterMillis());
        assertThat(busy.ask(session, NOTHING)).isInstanceOf(HeartbeatReply.class);
        assertThat(busy.failure(session, NOTHING).retryAfterMillis()).isBetween(1, 101);
        busy.ask(busy.join(2, "203.0.113.2"), NOTHING);
    }

    @Test
    void peersComeBackOneAfterTheOtherAfterARestart() {
        List<Session> sessions = new ArrayList<>();
        List<Integer> waits = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sessions.add(index.join(1_000 + i, "127.0.0.1"));
            HeartbeatReply reply = index.heartbeat(sessions.getLast(), List.of(CONTENT));
            assertThat(reply.restate()).isTrue();
            waits.add(reply.restateAfterMillis());
        }
        // A hundred a second.
        assertThat(waits).isSorted().startsWith(0, 10, 20).endsWith(1_970, 1_980, 1_990);
        // Who asks again before its time keeps it.
        index.pass(1_000);
        assertThat(index.heartbeat(sessions.get(150), List.of(CONTENT)).restateAfterMillis())
                .isEqualTo(500);
        // Who lets it pass by a lease gets another one.
        index.pass(59_000);
        sessions.forEach(session -> index.heartbeat(session, List.of(CONTENT)));
        index.pass(59_000);
        assertThat(index.heartbeat(sessions.get(0), List.of(CONTENT)).restateAfterMillis())
                .isZero();
    }

    @Test
    void oneDifferenceMayBeARequestOnItsWayTwoAreNot() {
        Session session = index.join(1, "203.0.113.1");
        register(session, CONTENT);
        assertThat(index.heartbeat(session, List.of(CONTENT, content(2))).restate())
                .isFalse();
        assertThat(index.heartbeat(session, List.of(CONTENT)).restate()).isFalse();
        assertThat(index.heartbeat(session, List.of()).restate()).isFalse();
        index.pass(25_000);
        assertThat(index.heartbeat(session, List.of()).restate()).isTrue();
    }

    @Test
    void aHigherGenerationReplacesAndALowerOneChangesNothing() {
        Session session = index.join(1, "203.0.113.1");
        index.ask(session, bulk(5, content(1), content(2)));
        index.ask(session, bulk(5, content(3)));
        index.ask(session, bulk(4, content(4)));
        assertThat(index.heartbeat(session, List.of(content(1), content(2), content(3)))
                        .restate())
                .isFalse();
        index.ask(session, bulk(6, content(9)));
        index.pass(60_000);
        index.heartbeat(session, List.of(content(9)));
        assertThat(session.mismatches).isZero();
    }

    @Test
    void aLargeStatementOverTlsIsTakenAsAWhole() {
        Session session = index.join(1, "203.0.113.1");
        List<RegisterBulk.Entry> entries = new ArrayList<>();
        List<ContentId> contents = new ArrayList<>();
        for (int i = 0; i < IndexRequest.MAX_BULK_ENTRIES; i++) {
            contents.add(content(i));
            entries.add(new RegisterBulk.Entry(content(i), i % 2 == 0));
        }
        assertThat(index.askOverTls(session, new RegisterBulk(1, entries, false)))
                .isEqualTo(Ack.DONE);
        index.heartbeat(session, contents);
        assertThat(session.mismatches).isZero();
    }

    @Test
    void declaredEndpointsAreToldOnceTheyWereConfirmed() {
        Endpoint lan = new Endpoint(address("192.168.1.5"), 0);
        Endpoint confirmed = new Endpoint(address("192.168.1.5"), 7801);
        Session session =
                index.joined(index.hello("", List.of(lan)), key(1), "127.0.0.1").session();
        register(session, CONTENT);
        Session neighbour = index.join(2, "192.168.1.6");
        assertThat(located(neighbour)).isEmpty();
        assertThat(index.service.declaredToConfirm(session)).containsExactly(confirmed);
        index.service.confirmed(session, new Endpoint(address("192.168.1.77"), 7801));
        assertThat(located(neighbour)).isEmpty();
        index.service.confirmed(session, confirmed);
        assertThat(located(neighbour).getFirst().endpoints()).containsExactly(confirmed);
        assertThat(located(index.join(3, "127.0.0.1")).getFirst().endpoints())
                .containsExactly(new Endpoint(address("127.0.0.1"), 7801), confirmed);
        assertThat(located(index.join(4, "203.0.113.1"))).isEmpty();
        assertThat(index.service.declaredToConfirm(session)).isEmpty();
    }

    @Test
    void usersAreListedInPagesThatSurviveComingAndGoing() {
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            sessions.add(index.join(key(i), "127.0.0.1", "user-" + "x".repeat(50) + i));
        }
        index.join(99, "127.0.0.1");
        List<String> seen = new ArrayList<>();
        int cursor = 0;
        int pages = 0;
        do {
            Users page = (Users) index.ask(sessions.get(29), new ListUsers(cursor, 1_000));
            assertThat(page.entries()).hasSizeBetween(1, 10);
            page.entries().stream().map(User::user).forEach(seen::add);
            cursor = page.cursor();
            index.service.end(sessions.get(pages));
            index.join(key(200 + pages), "127.0.0.1", "late-" + pages);
            pages++;
        } while (cursor > 0);
        assertThat(seen).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(30);
        Users limited = (Users) index.ask(sessions.get(29), new ListUsers(0, 3));
        assertThat(limited.entries()).hasSize(3);
        assertThat(limited.cursor()).isPositive();
        Users all = (Users) index.askOverTls(sessions.get(29), new ListUsers(0, 1_000));
        assertThat(all.entries()).hasSize(30);
        assertThat(all.cursor()).isZero();
    }

    private List<Source> located(Session asker) {
        return ((Locations) index.ask(asker, new Locate(false, CONTENT, 0, 16))).entries();
    }

    private void register(Session session, ContentId content) {
        assertThat(index.ask(session, new IndexRequest.RegisterChunks(true, false, content, List.of())))
                .isEqualTo(Ack.DONE);
    }

    private static RegisterBulk bulk(int generation, ContentId... contents) {
        return new RegisterBulk(
                generation,
                List.of(contents).stream()
                        .map(content -> new RegisterBulk.Entry(content, false))
                        .toList(),
                false);
    }

    private Failure refused(long seed, String from) {
        JoinResult result = index.service.join(index.hello("", List.of()), key(seed), socket(from, 40_000), index.now);
        Failure failure = ((JoinResult.Refused) result).failure();
        assertThat(failure.code()).isEqualTo(ErrorCode.LIMIT);
        return failure;
    }

    private void assertRefused(Hello hello, ErrorCode code) {
        JoinResult result = index.service.join(hello, key(1), socket("203.0.113.1", 40_000), index.now);
        assertThat(((JoinResult.Refused) result).failure().code()).isEqualTo(code);
    }
}
