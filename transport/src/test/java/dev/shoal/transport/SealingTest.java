package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.Welcome;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SealingTest {

    private final Sealing sealing = new Sealing();
    private final byte[] key = new byte[16];

    @Test
    void opensWhatWasSealed() {
        SplittableRandom random = new SplittableRandom(5);
        for (int length = 6; length <= 1_167; length += 43) {
            byte[] pdu = new byte[length];
            random.nextBytes(pdu);
            ByteBuffer datagram = seal(pdu, 77, random.nextLong(1, Long.MAX_VALUE));
            assertThat(datagram.remaining()).isEqualTo(length + 33).isLessThanOrEqualTo(1_200);
            assertThat(Sealing.isSealed(datagram)).isTrue();
            assertThat(Sealing.session(datagram)).isEqualTo(77);
            ByteBuffer opened = ByteBuffer.allocate(1_200);
            assertThat(sealing.open(key, datagram, opened)).isTrue();
            assertThat(opened.flip()).isEqualTo(ByteBuffer.wrap(pdu));
        }
    }

    @Test
    void anyFlippedBitIsNoticed() {
        ByteBuffer datagram = seal(new byte[20], 1, 2);
        for (int bit = 0; bit < datagram.remaining() * 8; bit++) {
            ByteBuffer forged = ByteBuffer.allocate(datagram.remaining())
                    .put(datagram.duplicate())
                    .flip();
            forged.put(bit / 8, (byte) (forged.get(bit / 8) ^ (1 << (bit % 8))));
            assertThat(sealing.open(key, forged, ByteBuffer.allocate(1_200)))
                    .as("bit %d", bit)
                    .isFalse();
        }
        assertThat(Sealing.isSealed(ByteBuffer.allocate(33))).isFalse();
        assertThat(Sealing.isSealed(ByteBuffer.allocate(1_200).put(0, Sealing.KIND_SEALED)))
                .isTrue();
        assertThat(Sealing.isSealed(ByteBuffer.allocate(1_201).put(0, Sealing.KIND_SEALED)))
                .isFalse();
    }

    @Test
    void unknownSessionIsProvedByItsKeyAlone() {
        byte[] proofKey = {1, 2, 3};
        ByteBuffer answer = UnknownSession.answer(proofKey, 9, 10);
        assertThat(answer.remaining()).isEqualTo(UnknownSession.BYTES);
        assertThat(UnknownSession.isAuthentic(proofKey, 9, answer)).isTrue();
        assertThat(UnknownSession.isAuthentic(proofKey, 8, answer)).isFalse();
        assertThat(UnknownSession.isAuthentic(new byte[] {1}, 9, answer)).isFalse();
        answer.put(20, (byte) (answer.get(20) + 1));
        assertThat(UnknownSession.isAuthentic(proofKey, 9, answer)).isFalse();
        assertThat(UnknownSession.isAuthentic(proofKey, 9, ByteBuffer.allocate(33)))
                .isFalse();
    }

    @Test
    void rejoinCarriesAWelcomeToWhoKnowsTheSecret() {
        byte[] secret = new byte[32];
        byte[] nonce = new byte[16];
        nonce[3] = 3;
        ByteBuffer request = Rejoin.request(secret, new byte[200], nonce, 1234);
        assertThat(request.remaining()).isEqualTo(Rejoin.REQUEST_BYTES);
        Rejoin.Request read = Rejoin.readRequest(request).orElseThrow();
        assertThat(read.isAuthentic(secret)).isTrue();
        assertThat(read.isAuthentic(new byte[] {1})).isFalse();
        assertThat(read.timeMillis()).isEqualTo(1234);
        Endpoint observed = new Endpoint(InetAddress.getLoopbackAddress(), 5);
        Welcome welcome = new Welcome(
                1,
                42,
                new byte[16],
                new byte[16],
                new byte[16],
                secret,
                new byte[Welcome.MAX_TICKET_BYTES],
                60_000,
                0,
                observed,
                7800,
                "p".repeat(100));
        ByteBuffer answer = Rejoin.answer(secret, nonce, new byte[16], welcome);
        assertThat(answer.remaining()).isLessThanOrEqualTo(Rejoin.REQUEST_BYTES);
        assertThat(Rejoin.readAnswer(secret, nonce, answer)).contains(welcome);
        assertThat(Rejoin.readAnswer(secret, new byte[16], answer)).isEmpty();
        assertThat(Rejoin.readAnswer(nonce, nonce, answer)).isEmpty();
        answer.put(50, (byte) (answer.get(50) + 1));
        assertThat(Rejoin.readAnswer(secret, nonce, answer)).isEmpty();
    }

    @Test
    void hostileRejoinRequestsAreNotRead() {
        ByteBuffer request = Rejoin.request(new byte[32], new byte[100], new byte[16], 0);
        assertThat(Rejoin.readRequest(request.duplicate().limit(999))).isEmpty();
        request.putShort(1, (short) 0xffff);
        assertThat(Rejoin.readRequest(request)).isEmpty();
        request.put(0, (byte) 9);
        assertThat(Rejoin.readRequest(request)).isEmpty();
    }

    private ByteBuffer seal(byte[] pdu, long session, long counter) {
        ByteBuffer datagram = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
        sealing.seal(key, session, counter, ByteBuffer.wrap(pdu), datagram);
        return datagram.flip();
    }
}
