package dev.shoal.transport;

import java.nio.ByteBuffer;

/**
 * What an index answers to a datagram of a session that it does not know, for example after a restart: kind (1 byte,
 * value 2), session (8), counter of the cause (8), proof (16). It is shorter than any sealed datagram, so it amplifies
 * nothing, and only the index that welcomed the session can make the proof.
 */
public final class UnknownSession {

    /** First byte. */
    public static final byte KIND = 2;

    /** Length in bytes. */
    public static final int BYTES = 33;

    private static final int COUNTER_OFFSET = 9;
    private static final int PROVED_BYTES = 17;

    private UnknownSession() {}

    /** The answer to a sealed datagram. */
    public static ByteBuffer answer(byte[] proofKey, long session, long counter) {
        ByteBuffer answer = ByteBuffer.allocate(BYTES);
        answer.put(KIND).putLong(session).putLong(counter);
        answer.put(Proof.shortOf(proofKey, answer.duplicate().flip()));
        return answer.flip();
    }

    /** The counter of the datagram that caused an answer of {@link #BYTES} bytes. */
    public static long counter(ByteBuffer answer) {
        return answer.getLong(answer.position() + COUNTER_OFFSET);
    }

    /** Whether a datagram is such an answer, to this session, with a right proof. */
    public static boolean isAuthentic(byte[] proofKey, long session, ByteBuffer datagram) {
        int start = datagram.position();
        if (datagram.remaining() != BYTES || datagram.get(start) != KIND || datagram.getLong(start + 1) != session) {
            return false;
        }
        byte[] proof = new byte[Proof.SHORT_BYTES];
        datagram.get(start + PROVED_BYTES, proof);
        return Proof.equal(Proof.shortOf(proofKey, datagram.duplicate().limit(start + PROVED_BYTES)), proof);
    }
}
