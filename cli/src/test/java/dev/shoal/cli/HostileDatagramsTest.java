package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.Rejoin;
import dev.shoal.transport.Sealing;
import dev.shoal.transport.UnknownSession;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers, and peers that mean no good, send to the UDP port of an index. */
class HostileDatagramsTest {

    /** An HMAC-SHA-256. */
    private static final int PROOF_BYTES = 32;

    private static final int LONGEST_DATAGRAM_BYTES = 65_507;

    /** Longer than any test. */
    private static final int LEASE_MILLIS = 120_000;

    private static final Duration POLL = Duration.ofMillis(1);

    /** The empty one. */
    private static final ContentId CONTENT = new ContentId(Hash.ZERO, 0);

    @TempDir
    Path folder;

    private Network network;
    private InetSocketAddress address;
    private RawPeer peer;
    private RawPeer other;
    private DatagramChannel socket;
    private DatagramChannel otherSocket;

    @BeforeEach
    void start() throws IOException {
        network = Network.withLease(folder, LEASE_MILLIS);
        address = network.index().address();
        peer = new RawPeer(address);
        other = new RawPeer(address);
        socket = RawPeer.socket(address);
        otherSocket = RawPeer.socket(address);
    }

    @AfterEach
    void stop() throws IOException {
        socket.close();
        otherSocket.close();
        peer.close();
        other.close();
        network.close();
    }

    @Test
    void aReplayedRequestChangesNothingAndIsNotAnswered() throws Exception {
        Name name = new Name("raw/empty");
        byte[] register = peer.sealed(new IndexRequest.Register(false, CONTENT, name, record(name)), 1);
        assertThat(exchange(register)).isPositive();
        assertThat(exchange(peer.sealed(new IndexRequest.DeregisterName(name), 2)))
                .isPositive();
        assertThat(answers(register)).isEmpty();
        try (DatagramChannel elsewhere = RawPeer.socket(address)) {
            elsewhere.write(ByteBuffer.wrap(register));
            assertIndexIsAlive();
            assertThat(elsewhere.read(ByteBuffer.allocate(LONGEST_DATAGRAM_BYTES)))
                    .isZero();
        }
        assertThat(peer.ask(new IndexRequest.ListAll("", 10))).isEqualTo(new IndexReply.Names('L', List.of(), ""));
    }

    @Test
    void forgedAndCutDatagramsAreNotAnswered() throws Exception {
        byte[] good = peer.sealed(new IndexRequest.DeregisterAll(), 1);
        for (int i = 0; i < good.length; i++) {
            byte[] forged = good.clone();
            forged[i] ^= 1;
            for (byte[] answer : answers(forged)) {
                // Another session, which nobody has.
                assertThat(i).isBetween(1, 8);
                assertThat(answer.length).isLessThanOrEqualTo(forged.length);
            }
        }
        for (int length = 1; length < good.length; length++) {
            assertThat(answers(Arrays.copyOf(good, length))).isEmpty();
        }
        assertThat(answers(Arrays.copyOf(good, good.length + 1))).isEmpty();
        assertThat(exchange(good)).isPositive();
    }

    @Test
    void whatIsNotSealedChangesNothingAndIsNotAnswered() throws Exception {
        Name name = new Name("raw/stays");
        assertThat(peer.ask(new IndexRequest.Register(false, CONTENT, name, record(name))))
                .isInstanceOf(IndexReply.Ack.class);
        byte[] plain = plain(new IndexRequest.DeregisterAll());
        byte[] prefixed = ByteBuffer.allocate(Sealing.PREFIX_BYTES + plain.length + Sealing.TAG_BYTES)
                .put(Sealing.KIND_SEALED)
                .putLong(peer.welcome().session())
                .putLong(1)
                .put(plain)
                .array();
        for (byte[] datagram : List.of(plain, plain(new IndexRequest.ListAll("", 10)), prefixed)) {
            assertThat(answers(datagram)).isEmpty();
        }
        assertThat(peer.ask(new IndexRequest.ListAll("", 10)))
                .isInstanceOfSatisfying(
                        IndexReply.Names.class,
                        names -> assertThat(names.entries()).hasSize(1));
    }

    private static byte[] plain(IndexRequest request) {
        ByteBuffer pdu = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);
        request.encodeRequest(1, pdu);
        return array(pdu.flip());
    }

    @Test
    void noStrangerGetsMoreThanHeSends() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 400; i++) {
            byte[] garbage = new byte[1 + random.nextInt(i % 20 == 0 ? LONGEST_DATAGRAM_BYTES : 1_300)];
            random.nextBytes(garbage);
            garbage[0] = (byte) random.nextInt(7);
            for (byte[] answer : answers(garbage)) {
                assertThat(answer.length).isLessThanOrEqualTo(garbage.length);
                assertThat(answer).hasSize(UnknownSession.BYTES);
            }
        }
        byte[] shortest = new byte[Sealing.PREFIX_BYTES + Sealing.TAG_BYTES + 1];
        shortest[0] = Sealing.KIND_SEALED;
        assertThat(answers(shortest))
                .singleElement()
                .satisfies(answer -> assertThat(answer.length).isLessThan(shortest.length));
    }

    @Test
    void ticketsThatAreForgedOrStolenFromTheAirOpenNothing() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        byte[] nonce = new byte[Rejoin.NONCE_BYTES];
        byte[] ticket = peer.welcome().ticket();
        byte[] forged = ticket.clone();
        forged[forged.length - 1] ^= 1;
        long now = System.currentTimeMillis();
        byte[] right = peer.welcome().resumptionSecret();
        assertThat(answers(array(Rejoin.request(secret, ticket, nonce, now)))).isEmpty();
        assertThat(answers(array(Rejoin.request(right, forged, nonce, now)))).isEmpty();
        long dayAgo = now - 24 * 3_600_000L;
        assertThat(answers(array(Rejoin.request(right, ticket, nonce, dayAgo)))).isEmpty();
        byte[] good = array(Rejoin.request(right, ticket, nonce, now));
        int padding = 1 + Short.BYTES + ticket.length + nonce.length + Long.BYTES + PROOF_BYTES;
        for (int at = 0; at < good.length; at += 37) {
            byte[] changed = good.clone();
            changed[at] ^= 1;
            if (at < padding) {
                assertThat(answers(changed)).as("byte " + at).isEmpty();
            } else {
                // What is behind the proof means nothing.
                assertThat(answer(changed).length).isLessThanOrEqualTo(changed.length);
            }
        }
        List<byte[]> first = answers(good);
        assertThat(first)
                .singleElement()
                .satisfies(answer -> assertThat(answer.length).isLessThanOrEqualTo(good.length));
        // Whoever repeats it gets what the peer got, and no second session.
        assertThat(answers(good)).singleElement().isEqualTo(first.getFirst());
    }

    @Test
    void whatAPeerSealsThoughItIsNoRequestHarmsNobody() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 300; i++) {
            byte[] pdu = new byte[random.nextInt(400)];
            random.nextBytes(pdu);
            if (pdu.length > 0) {
                pdu[0] = (byte) "RKTQSFOLUHIbyh".charAt(random.nextInt(14));
            }
            // A good-bye would end the session.
            if (pdu.length == 0 || pdu[0] != 'Q') {
                answers(peer.sealed(ByteBuffer.wrap(pdu)));
            }
        }
        assertIndexIsAlive();
    }

    @Test
    void aNewAddressGetsAChallengeWhateverItSends() throws Exception {
        // From here on, this socket is where the session is.
        assertThat(letters(peer.sealed(new IndexRequest.Heartbeat(0, 0, 0, 0), 1)))
                .isEqualTo("H");
        socket.close();
        socket = RawPeer.socket(address);
        for (String letter : List.of("O", "J", "b", "h", "Y", "A")) {
            ByteBuffer bad = ByteBuffer.allocate(Header.BYTES);
            new Header(letter.charAt(0), false, false, 7).write(bad);
            byte[] datagram = peer.sealed(bad.flip());
            socket.write(ByteBuffer.wrap(datagram));
            ByteBuffer answer = ByteBuffer.allocate(LONGEST_DATAGRAM_BYTES);
            await().pollInterval(POLL).until(() -> socket.read(answer.clear()) > 0);
            assertThat(answer.flip().remaining()).isEqualTo(47);
            assertThat(opened(answer).letter()).isEqualTo('Y');
        }
    }

    @Test
    void repliesErrorsAndWhatIsTooLongGetNoAnswer() throws Exception {
        ByteBuffer heartbeat = ByteBuffer.allocate(2_000);
        new IndexRequest.Heartbeat(0, 0, 0, 0).encodeRequest(1, heartbeat);
        int length = heartbeat.position();
        assertThat(letters(peer.sealed(heartbeat.duplicate().position(1_167).flip())))
                .isEqualTo("H");
        byte[] tooLong = peer.sealed(heartbeat.duplicate().position(1_168).flip());
        assertThat(tooLong).hasSize(Sealing.MAX_DATAGRAM_BYTES + 1);
        assertThat(letters(tooLong)).isEmpty();
        assertThat(letters(peer.sealed(
                        heartbeat.duplicate().put(1, (byte) 1).position(length).flip())))
                .isEmpty();
        heartbeat.put(1, (byte) 0);
        assertThat(letters(peer.sealed(heartbeat
                        .duplicate()
                        .put(0, (byte) 'E')
                        .position(length)
                        .flip())))
                .isEmpty();
    }

    /** The letters of the answers to a datagram. */
    private String letters(byte[] datagram) throws IOException {
        StringBuilder letters = new StringBuilder();
        for (byte[] answer : answers(datagram)) {
            letters.append(opened(ByteBuffer.wrap(answer)).letter());
        }
        return letters.toString();
    }

    private Header opened(ByteBuffer answer) {
        ByteBuffer pdu = ByteBuffer.allocate(LONGEST_DATAGRAM_BYTES);
        assertThat(new Sealing().open(peer.welcome().indexKey(), answer, pdu)).isTrue();
        return Header.read(pdu.flip());
    }

    private static VersionRecord record(Name name, RawPeer owner) {
        return VersionRecord.sign(
                VersionRecord.Kind.FILE,
                1,
                CONTENT,
                0,
                Hash.ZERO,
                owner.identity().key(),
                name,
                "",
                owner.identity().privateKey());
    }

    private VersionRecord record(Name name) {
        return record(name, peer);
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Sends a datagram, and a request after it, whose answer shows that the index has dealt with both. */
    private List<byte[]> answers(byte[] datagram) throws IOException {
        socket.write(ByteBuffer.wrap(datagram));
        List<byte[]> answers = new ArrayList<>();
        otherSocket.write(ByteBuffer.wrap(other.sealed(new IndexRequest.Heartbeat(0, 0, 0, 0), 1)));
        await().pollInterval(POLL).until(() -> otherSocket.read(ByteBuffer.allocate(LONGEST_DATAGRAM_BYTES)) > 0);
        ByteBuffer answer = ByteBuffer.allocate(LONGEST_DATAGRAM_BYTES);
        while (socket.read(answer.clear()) > 0) {
            answers.add(array(answer.flip()));
        }
        return answers;
    }

    /** Sends a datagram that is answered, and waits for that. */
    private byte[] answer(byte[] datagram) throws IOException {
        socket.write(ByteBuffer.wrap(datagram));
        ByteBuffer answer = ByteBuffer.allocate(LONGEST_DATAGRAM_BYTES);
        await().pollInterval(POLL).until(() -> socket.read(answer.clear()) > 0);
        return array(answer.flip());
    }

    /** Sends a good datagram and waits for its answer. Returns how long that is. */
    private int exchange(byte[] datagram) throws IOException {
        ByteBuffer answer = ByteBuffer.wrap(answer(datagram));
        ByteBuffer pdu = ByteBuffer.allocate(LONGEST_DATAGRAM_BYTES);
        assertThat(new Sealing().open(peer.welcome().indexKey(), answer, pdu)).isTrue();
        assertThat(Header.read(pdu.flip()).letter()).isEqualTo('A');
        return answer.limit();
    }

    private void assertIndexIsAlive() throws IOException {
        try (RawPeer fresh = new RawPeer(address)) {
            assertThat(fresh.ask(new IndexRequest.ListUsers(0, 10))).isInstanceOf(IndexReply.Users.class);
        }
    }
}
