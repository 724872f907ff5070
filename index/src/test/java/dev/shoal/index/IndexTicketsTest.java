package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.socket;
import static dev.shoal.index.IndexUnderTest.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Challenge;
import dev.shoal.protocol.IndexRequest.EchoCookie;
import dev.shoal.protocol.IndexRequest.Heartbeat;
import dev.shoal.protocol.IndexRequest.Quit;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that begin by a ticket. */
class IndexTicketsTest {

    private static final ContentId CONTENT = content(1);
    private static final Heartbeat NOTHING = new Heartbeat(0, 0, 0, 0);
    private static final RegisterBulk STATEMENT =
            new RegisterBulk(1, List.of(new RegisterBulk.Entry(CONTENT, false)), false);

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
    void aTicketIsGoodForSevenDaysHoweverOftenItIsShown() {
        JoinResult.Joined joined = index.joined(index.hello("anna", List.of()), key(1), "203.0.113.1");
        byte[] bytes = joined.welcome().ticket();
        get(index.send(joined.session(), 1, new Quit(), false));
        for (int day = 0; day < 7; day++) {
            Ticket ticket = index.service.openTicket(bytes, index.now.millis()).orElseThrow();
            SessionKeys keys = SessionKeys.fresh(index.random);
            JoinResult again = index.service.rejoin(ticket, keys, socket("203.0.113.1", 5_000), index.now);
            index.service.end(((JoinResult.Joined) again).session());
            index.pass(Fixtures.DAY_MILLIS);
        }
        assertThat(index.service.openTicket(bytes, index.now.millis())).isPresent();
        index.pass(1);
        assertThat(index.service.openTicket(bytes, index.now.millis())).isEmpty();
    }

    @Test
    void aTicketThatWasUsedDoesNotEndTheSessionThatItBegan() {
        JoinResult.Joined first = index.joined(index.hello("anna", List.of()), key(1), "203.0.113.1");
        index.pass(1_000);
        JoinResult.Joined second = (JoinResult.Joined) rejoin(first);
        index.pass(1_000);
        assertThat(rejoin(first)).isInstanceOf(JoinResult.Refused.class);
        assertThat(index.service.session(second.session().id())).isPresent();
        // The one who got the answer goes on with the ticket in it.
        JoinResult.Joined third = (JoinResult.Joined) rejoin(second);
        index.pass(1_000);
        assertThat(rejoin(first)).isInstanceOf(JoinResult.Refused.class);
        assertThat(rejoin(second)).isInstanceOf(JoinResult.Refused.class);
        assertThat(index.service.session(third.session().id())).isPresent();
    }

    @Test
    void aSessionThatSomebodyReplayedMakesWayForThePeer() {
        JoinResult.Joined first = index.joined(index.hello("anna", List.of()), key(1), "203.0.113.1");
        index.pass(1_000);
        JoinResult.Joined second = (JoinResult.Joined) rejoin(first);
        index.service.end(second.session());
        index.pass(1_000);
        JoinResult.Joined replayed = (JoinResult.Joined) rejoin(first);
        index.pass(1_000);
        assertThat(rejoin(second)).isInstanceOf(JoinResult.Joined.class);
        assertThat(index.service.session(replayed.session().id())).isEmpty();
    }

    private JoinResult rejoin(JoinResult.Joined last) {
        Ticket ticket = index.service
                .openTicket(last.welcome().ticket(), index.now.millis())
                .orElseThrow();
        return index.service.rejoin(ticket, SessionKeys.fresh(index.random), socket("203.0.113.1", 5_000), index.now);
    }

    @Test
    void aTicketBringsASessionBackAfterARestart() {
        JoinResult.Joined joined = index.joined(index.hello("anna", List.of()), key(1), "203.0.113.1");
        IndexUnderTest restarted = new IndexUnderTest(SETTINGS, names, index.secrets);
        assertThat(restarted.service.session(joined.welcome().session())).isEmpty();
        assertThat(restarted.service.proofKey(joined.welcome().session()))
                .isEqualTo(joined.welcome().proofKey());
        Ticket ticket = restarted
                .service
                .openTicket(joined.welcome().ticket(), restarted.now.millis())
                .orElseThrow();
        assertThat(ticket.resumptionSecret()).isEqualTo(joined.welcome().resumptionSecret());
        SessionKeys keys = SessionKeys.fresh(restarted.random);
        InetSocketAddress from = socket("203.0.113.1", 5_000);
        Session session = ((JoinResult.Joined) restarted.service.rejoin(ticket, keys, from, restarted.now)).session();
        assertThat(session.profile()).isEqualTo(joined.session().profile());
        assertThat(session.keys()).isEqualTo(keys);
        // Nobody has shown yet to be at that address.
        Challenge challenge = (Challenge) restarted.askFrom(session, from, NOTHING);
        restarted.askFrom(session, from, new EchoCookie(challenge.cookie()));
        assertThat(restarted.heartbeat(session, List.of(CONTENT)).restate()).isTrue();
        assertThat(restarted.ask(session, STATEMENT)).isEqualTo(Ack.DONE);
        assertThat(restarted.heartbeat(session, List.of(CONTENT)).restate()).isFalse();
    }
}
