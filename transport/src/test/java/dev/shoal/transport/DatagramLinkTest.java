package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shoal.content.Name;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexPush;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.Welcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer's datagrams against an index made of a few lines, which drops, repeats and forgets on demand. */
class DatagramLinkTest {

    private static final Retransmission QUICK = new Retransmission(5, 20, 5_000);
    private static final IndexRequest REQUEST = new IndexRequest.Search("x", 0, 10);

    private final Welcome welcome = welcome(7);
    private final Sealing sealing = new Sealing();
    private final AtomicLong counter = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile DatagramServer.Handler handler = this::answer;
    private DatagramServer server;

    @BeforeEach
    void start() throws Exception {
        server = new DatagramServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), (data, from) -> handler.handle(data, from));
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void lossInBothDirectionsOnlyCostsTime() {
        SplittableRandom random = new SplittableRandom(4);
        handler = (datagram, from) -> {
            if (random.nextInt(10) < 4) {
                return;
            }
            ByteBuffer answer = answerTo(datagram);
            for (int copies = random.nextInt(4); copies > 1; copies--) {
                server.send(answer.duplicate(), from);
            }
        };
        try (DatagramLink link = link()) {
            for (int i = 0; i < 30; i++) {
                Optional<Reply> reply = link.exchange(REQUEST, QUICK);
                assertThat(reply.map(Reply::pdu)).contains(IndexReply.Ack.DONE);
            }
        }
    }

    @Test
    void silenceEndsAtTheDeadline() {
        handler = (datagram, from) -> requests.incrementAndGet();
        try (DatagramLink link = link()) {
            assertThat(link.exchange(REQUEST, new Retransmission(50, 100, 2_000)))
                    .isEmpty();
            await().untilAsserted(() -> assertThat(requests.get()).isBetween(3, 30));
        }
    }

    @Test
    void aChallengeIsAnsweredAndTheRequestRepeated() {
        handler = (datagram, from) -> {
            ByteBuffer pdu = open(datagram);
            Header header = Header.read(pdu);
            IndexRequest request = IndexRequest.decode(header, pdu);
            if (request instanceof IndexRequest.EchoCookie echo) {
                requests.addAndGet((int) echo.cookie());
            } else {
                server.send(
                        seal(header.id(), requests.get() == 0 ? new IndexReply.Challenge(99) : IndexReply.Ack.DONE),
                        from);
            }
        };
        try (DatagramLink link = link()) {
            assertThat(link.exchange(REQUEST, QUICK).map(Reply::pdu)).contains(IndexReply.Ack.DONE);
            assertThat(requests).hasValue(99);
        }
    }

    @Test
    void aServerThatChallengesForEverIsGivenUp() {
        handler = (datagram, from) -> {
            requests.incrementAndGet();
            Header header = Header.read(open(datagram));
            server.send(seal(header.id(), new IndexReply.Challenge(99)), from);
        };
        try (DatagramLink link = link()) {
            assertThat(link.exchange(REQUEST, new Retransmission(1_000, 1_000, 60_000)))
                    .isEmpty();
            assertThat(requests.get()).isLessThan(100);
        }
    }

    @Test
    void aPortWhereNobodyListensIsGivenUpBeforeTheDeadline() {
        try (DatagramLink link = link()) {
            assertThat(link.exchange(REQUEST, QUICK)).isPresent();
            server.close();
            assertThat(link.exchange(REQUEST, new Retransmission(5, 20, Integer.MAX_VALUE)))
                    .isEmpty();
            assertThat(link.rejoin(new Retransmission(5, 20, Integer.MAX_VALUE)))
                    .isEmpty();
        }
    }

    @Test
    void anAuthenticAnswerThatMakesNoSenseIsAnErrorOfItsRequest() {
        handler = (datagram, from) -> {
            Header header = Header.read(open(datagram));
            ByteBuffer pdu = ByteBuffer.allocate(20);
            new Header('S', true, false, header.id()).write(pdu);
            pdu.putShort((short) 9_999);
            server.send(sealed(7, pdu.flip()), from);
        };
        try (DatagramLink link = link()) {
            assertThatThrownBy(() -> link.exchange(REQUEST, QUICK)).isInstanceOf(MalformedAnswerException.class);
        }
    }

    @Test
    void whatHasNoReplyFlagIsNoAnswer() {
        handler = (datagram, from) -> {
            Header header = Header.read(open(datagram));
            ByteBuffer pdu = ByteBuffer.allocate(20);
            IndexReply.Ack.DONE.encodeReply(header.id(), false, pdu);
            pdu.put(1, (byte) 0);
            server.send(sealed(7, pdu.flip()), from);
            requests.incrementAndGet();
        };
        try (DatagramLink link = link()) {
            assertThat(link.exchange(REQUEST, new Retransmission(5, 10, 100))).isEmpty();
            await().untilAsserted(() -> assertThat(requests).hasPositiveValue());
        }
    }

    @Test
    void aProbeHasThreeTriesAndARequestSixHoweverTheWaitsVary() {
        assertThat(tries(Retransmission.PROBE, 0.9)).isEqualTo(3);
        assertThat(tries(Retransmission.PROBE, 1.1)).isEqualTo(3);
        assertThat(tries(Retransmission.REQUEST, 0.9)).isEqualTo(6);
        assertThat(tries(Retransmission.REQUEST, 1.1)).isEqualTo(6);
    }

    /** How many datagrams leave before the deadline when every wait is varied in the same way. */
    private static int tries(Retransmission schedule, double variation) {
        int tries = 0;
        for (double at = 0; at < schedule.deadlineMillis(); tries++) {
            at += variation * Math.min(schedule.longestMillis(), (long) schedule.firstMillis() << tries);
        }
        return tries;
    }

    @Test
    void onlyAProvedAnswerEndsASession() {
        handler = (datagram, from) -> {
            server.send(UnknownSession.answer(new byte[16], 7, 1), from);
            if (requests.incrementAndGet() > 2) {
                server.send(UnknownSession.answer(welcome.proofKey(), 7, Sealing.counter(datagram)), from);
            }
        };
        try (DatagramLink link = link()) {
            assertThatThrownBy(() -> link.exchange(REQUEST, QUICK)).isInstanceOf(SessionLostException.class);
            assertThat(requests.get()).isGreaterThan(2);
        }
    }

    @Test
    void rejoinsByTicketAndGoesOnWithTheNewSession() {
        handler = (datagram, from) -> {
            Optional<Rejoin.Request> rejoin = Rejoin.readRequest(datagram);
            if (rejoin.isPresent() && requests.incrementAndGet() > 1) {
                assertThat(rejoin.get().isAuthentic(welcome.resumptionSecret())).isTrue();
                server.send(
                        Rejoin.answer(welcome.resumptionSecret(), rejoin.get().clientNonce(), new byte[16], welcome(8)),
                        from);
            } else if (rejoin.isEmpty()) {
                assertThat(Sealing.session(datagram)).isEqualTo(8);
                answer(datagram, from);
            }
        };
        try (DatagramLink link = link()) {
            assertThat(link.rejoin(QUICK).map(Welcome::session)).contains(8L);
            assertThat(link.exchange(REQUEST, QUICK)).isPresent();
        }
    }

    @Test
    void repeatedAndForgedAnswersAreDropped() {
        handler = (datagram, from) -> {
            ByteBuffer answer = answerTo(datagram);
            ByteBuffer forged = ByteBuffer.allocate(answer.remaining())
                    .put(answer.duplicate())
                    .flip();
            forged.put(20, (byte) (forged.get(20) ^ 1));
            server.send(forged, from);
            server.send(ByteBuffer.wrap(new byte[] {1, 2, 3}), from);
            server.send(answer.duplicate(), from);
            server.send(answer, from);
        };
        try (DatagramLink link = link()) {
            for (int i = 0; i < 10; i++) {
                assertThat(link.exchange(REQUEST, QUICK)).isPresent();
            }
        }
    }

    @Test
    void whatTheIndexSaysByItselfIsHeardOnceAndAcknowledgedEachTime() {
        IndexPush push = new IndexPush.NewVersion(new Name("lab/genome.fa"), 3);
        Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
        handler = (datagram, from) -> {
            ByteBuffer pdu = open(datagram);
            Header header = Header.read(pdu);
            if (header.reply()) {
                assertThat(IndexReply.decode(header, pdu)).isEqualTo(IndexReply.Ack.DONE);
                acknowledged.add(header.id());
            } else {
                server.send(pushed(-5, push), from);
                server.send(pushed(-5, push), from);
                server.send(seal(header.id(), IndexReply.Ack.DONE), from);
            }
        };
        Queue<IndexPush> heard = new ConcurrentLinkedQueue<>();
        Pushes pushes = new Pushes();
        try (DatagramLink link = new DatagramLink(server.address(), welcome, pushes)) {
            assertThat(link.exchange(REQUEST, QUICK)).isPresent();
            assertThat(heard).isEmpty();
            pushes.listen(heard::add);
            assertThat(link.exchange(REQUEST, QUICK)).isPresent();
            await().untilAsserted(
                            () -> assertThat(acknowledged).hasSizeGreaterThan(1).containsOnly(-5));
            assertThat(heard).containsExactly(push);
        }
    }

    private ByteBuffer pushed(int id, IndexPush push) {
        ByteBuffer pdu = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);
        push.encodeRequest(id, pdu);
        return sealed(7, pdu.flip());
    }

    private DatagramLink link() {
        return new DatagramLink(server.address(), welcome);
    }

    private void answer(ByteBuffer datagram, InetSocketAddress from) {
        server.send(answerTo(datagram), from);
    }

    private ByteBuffer answerTo(ByteBuffer datagram) {
        long session = Sealing.session(datagram);
        ByteBuffer pdu = open(datagram);
        ByteBuffer sealed = seal(Header.read(pdu).id(), IndexReply.Ack.DONE);
        return session == 7 ? sealed : seal(session, Header.read(pdu.rewind()).id(), IndexReply.Ack.DONE);
    }

    private ByteBuffer open(ByteBuffer datagram) {
        ByteBuffer pdu = ByteBuffer.allocate(1_200);
        assertThat(sealing.open(welcome.peerKey(), datagram, pdu)).isTrue();
        return pdu.flip();
    }

    private ByteBuffer seal(int id, IndexReply reply) {
        return seal(7, id, reply);
    }

    private ByteBuffer seal(long session, int id, IndexReply reply) {
        ByteBuffer pdu = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);
        reply.encodeReply(id, false, pdu);
        return sealed(session, pdu.flip());
    }

    private ByteBuffer sealed(long session, ByteBuffer pdu) {
        ByteBuffer datagram = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
        sealing.seal(welcome.indexKey(), session, counter.incrementAndGet(), pdu, datagram);
        return datagram.flip();
    }

    private static Welcome welcome(long session) {
        Endpoint observed = new Endpoint(InetAddress.getLoopbackAddress(), 1);
        return new Welcome(
                1,
                session,
                filled(1),
                filled(2),
                filled(3),
                new byte[32],
                new byte[64],
                60_000,
                0,
                observed,
                1,
                "test");
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[16];
        java.util.Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
