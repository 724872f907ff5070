package dev.shoal.protocol;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Puts the fields of a PDU into a buffer, big-endian. A value that its field cannot hold is a mistake of the caller and
 * throws {@link IllegalArgumentException}; a full buffer throws {@link java.nio.BufferOverflowException}. For one
 * thread at a time.
 */
public final class WireWriter {

    private final ByteBuffer buffer;

    /** Writes at the buffer's position; the buffer moves on. */
    public WireWriter(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** A number of one byte. */
    public WireWriter u8(int value) {
        check(value, 0xff);
        buffer.put((byte) value);
        return this;
    }

    /** A number of two bytes. */
    public WireWriter u16(int value) {
        check(value, 0xffff);
        buffer.putShort((short) value);
        return this;
    }

    /** A number of four bytes as it stands. */
    public WireWriter i32(int value) {
        buffer.putInt(value);
        return this;
    }

    /** A number of four bytes that counts something, not negative. */
    public WireWriter count(int value) {
        check(value, Integer.MAX_VALUE);
        buffer.putInt(value);
        return this;
    }

    /** A number of eight bytes. */
    public WireWriter i64(long value) {
        buffer.putLong(value);
        return this;
    }

    /** Bytes without a length. */
    public WireWriter bytes(byte[] bytes) {
        buffer.put(bytes);
        return this;
    }

    /** The first bytes of an array, without a length. */
    public WireWriter bytes(byte[] bytes, int length) {
        buffer.put(bytes, 0, length);
        return this;
    }

    /** Bytes after a length of two bytes. */
    public WireWriter bytes16(byte[] bytes) {
        return u16(bytes.length).bytes(bytes);
    }

    /** Text after a length of one byte. */
    public WireWriter string8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return u8(bytes.length).bytes(bytes);
    }

    /** Text after a length of two bytes. */
    public WireWriter string16(String text) {
        return bytes16(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A hash of 32 bytes. */
    public WireWriter hash(Hash hash) {
        buffer.putLong(hash.word0()).putLong(hash.word1()).putLong(hash.word2()).putLong(hash.word3());
        return this;
    }

    /** A content's identity of 40 bytes. */
    public WireWriter contentId(ContentId content) {
        content.write(buffer);
        return this;
    }

    private static void check(int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " is not in 0 to " + max);
        }
    }
}
