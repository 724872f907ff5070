package dev.shoal.content;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The first 12 bytes of a SHA-256. Enough to find what is alike, too short to be believed: what is put together by it
 * is verified by the hash tree. Immutable.
 *
 * @param high the first 8 bytes
 * @param low the next 4 bytes
 */
public record SegmentHash(long high, int low) {

    /** Length in bytes. */
    public static final int BYTES = 12;

    /** The start of a whole SHA-256. */
    public static SegmentHash of(byte[] sha256) {
        return read(ByteBuffer.wrap(sha256));
    }

    /** Reads 12 bytes at the buffer's position; the buffer moves on. */
    public static SegmentHash read(ByteBuffer buffer) {
        return new SegmentHash(buffer.getLong(), buffer.getInt());
    }

    /** Writes the 12 bytes at the buffer's position; the buffer moves on. */
    public void write(ByteBuffer buffer) {
        buffer.putLong(high).putInt(low);
    }

    /** 24 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
