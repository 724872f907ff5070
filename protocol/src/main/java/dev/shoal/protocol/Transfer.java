package dev.shoal.protocol;

import dev.shoal.content.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.Arrays;

/**
 * Says that a name, or everything under a first component, belongs to another key from now on: signed by the key that
 * it belonged to. The index keeps it and hands it out with the names, it cannot make one. Immutable.
 *
 * <p>Layout: subject (1 + n), number (4), made (8), from (65), to (65), signature (64). The signature covers {@link
 * #signedBytes}.
 *
 * @param subject a name, or a first component
 * @param number which transfer of the subject this is, from 1
 * @param madeMillis when, in milliseconds since 1970 by the owner's clock
 * @param from whose it was
 * @param to whose it is
 * @param signature 64 bytes, r and s (IEEE P1363), by the key that it was
 */
public record Transfer(String subject, int number, long madeMillis, PeerKey from, PeerKey to, byte[] signature) {

    /** Most transfers of one subject. */
    public static final int MAX_NUMBER = 16;

    private static final String SIGNED_PREFIX = "shoal transfer\n";

    /** Checks number and signature's length. */
    public Transfer {
        if (number < 1 || signature.length != PeerKey.SIGNATURE_BYTES) {
            throw new IllegalArgumentException("transfer " + number + ", signature of " + signature.length + " bytes");
        }
        signature = signature.clone();
    }

    /**
     * Makes and signs one.
     *
     * @param index the index that has the subject
     */
    public static Transfer sign(
            PeerId index, String subject, int number, long madeMillis, PeerKey from, PeerKey to, PrivateKey key) {
        Transfer unsigned = new Transfer(subject, number, madeMillis, from, to, new byte[PeerKey.SIGNATURE_BYTES]);
        return new Transfer(subject, number, madeMillis, from, to, PeerKey.sign(unsigned.signedBytes(index), key));
    }

    static Transfer decode(WireReader in) {
        String subject = in.subject("subject");
        int number = in.count("number");
        if (number < 1) {
            throw in.malformed("number", "transfers are counted from 1");
        }
        return new Transfer(
                subject,
                number,
                in.i64("made"),
                in.peerKey("from"),
                in.peerKey("to"),
                in.bytes("signature", PeerKey.SIGNATURE_BYTES));
    }

    void encode(WireWriter out) {
        out.string8(subject).count(number).i64(madeMillis);
        out.bytes(from.toBytes()).bytes(to.toBytes()).bytes(signature);
    }

    /** Whether the subject is a name; else it is a first component. */
    public boolean isOfName() {
        return subject.indexOf('/') >= 0;
    }

    /** What is signed: that of no other index, no other number and no other kind of statement is the same. */
    public byte[] signedBytes(PeerId index) {
        byte[] prefix = SIGNED_PREFIX.getBytes(StandardCharsets.US_ASCII);
        byte[] text = subject.getBytes(StandardCharsets.UTF_8);
        ByteBuffer signed = ByteBuffer.allocate(
                prefix.length + Hash.BYTES + Integer.BYTES + Long.BYTES + 2 * PeerKey.BYTES + text.length);
        new WireWriter(signed)
                .bytes(prefix)
                .hash(index.hash())
                .count(number)
                .i64(madeMillis)
                .bytes(from.toBytes())
                .bytes(to.toBytes())
                .bytes(text);
        return signed.array();
    }

    /** Whether the key that it was signed exactly this for an index. */
    public boolean isAuthentic(PeerId index) {
        return from.verifies(signedBytes(index), signature);
    }

    @Override
    public byte[] signature() {
        return signature.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Transfer that
                && subject.equals(that.subject)
                && number == that.number
                && madeMillis == that.madeMillis
                && from.equals(that.from)
                && to.equals(that.to)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return 31 * subject.hashCode() + Arrays.hashCode(signature);
    }

    @Override
    public String toString() {
        return "Transfer[" + number + " of " + subject + ", from " + from + " to " + to + "]";
    }
}
