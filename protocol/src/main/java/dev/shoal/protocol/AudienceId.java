package dev.shoal.protocol;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Names a set of readers that an account chose for what it shares privately: 16 random bytes, which only those readers
 * come to know. Immutable.
 */
public record AudienceId(long high, long low) {

    /** Length in bytes. */
    public static final int BYTES = 16;

    /** A new one. */
    public static AudienceId random(RandomGenerator secure) {
        return new AudienceId(secure.nextLong(), secure.nextLong());
    }

    /**
     * Parses 32 hexadecimal digits.
     *
     * @throws IllegalArgumentException when the text is not one
     */
    public static AudienceId parse(String text) {
        byte[] bytes = HexFormat.of().parseHex(text);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("an audience has " + BYTES + " bytes, not " + bytes.length);
        }
        return of(bytes);
    }

    /** From exactly 16 bytes. */
    public static AudienceId of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, BYTES);
        return new AudienceId(buffer.getLong(), buffer.getLong());
    }

    static AudienceId decode(WireReader in) {
        return new AudienceId(in.i64("audience"), in.i64("audience"));
    }

    void encode(WireWriter out) {
        out.i64(high).i64(low);
    }

    /** The bytes in a new array. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
