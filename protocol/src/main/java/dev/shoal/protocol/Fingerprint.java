package dev.shoal.protocol;

import dev.shoal.content.Base32;
import java.nio.ByteBuffer;

/**
 * What people and links see of a peer or an index: the first 160 bits of its id, out of reach of a second pre-image.
 * Immutable.
 */
public record Fingerprint(long word0, long word1, int word2) {

    /** Length in bytes. */
    public static final int BYTES = 20;

    /** That of an id. */
    public static Fingerprint of(PeerId id) {
        return new Fingerprint(
                id.hash().word0(), id.hash().word1(), (int) (id.hash().word2() >>> Integer.SIZE));
    }

    /** From exactly 20 bytes. */
    public static Fingerprint of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a fingerprint has " + BYTES + " bytes, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Fingerprint(buffer.getLong(), buffer.getLong(), buffer.getInt());
    }

    /**
     * Parses the text form, in either case.
     *
     * @throws IllegalArgumentException when the text is not one
     */
    public static Fingerprint parse(String text) {
        return of(Base32.decode(text));
    }

    static Fingerprint decode(WireReader in) {
        return of(in.bytes("fingerprint", BYTES));
    }

    void encode(WireWriter out) {
        out.bytes(toBytes());
    }

    /** The bytes in a new array. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(word0)
                .putLong(word1)
                .putInt(word2)
                .array();
    }

    /** The text form: 32 characters of base 32. */
    @Override
    public String toString() {
        return Base32.encode(toBytes());
    }
}
