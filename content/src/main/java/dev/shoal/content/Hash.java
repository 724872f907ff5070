package dev.shoal.content;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A SHA-256 value: 32 bytes, held as four big-endian words so that it needs no array, compares quickly and can be
 * a key. Immutable.
 */
public record Hash(long word0, long word1, long word2, long word3) implements Comparable<Hash> {

    /** Length of a hash in bytes. */
    public static final int BYTES = 32;

    /** The hash of nothing there: 32 zero bytes, the filler of the leaf row and the root of the empty content. */
    public static final Hash ZERO = new Hash(0, 0, 0, 0);

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Reads 32 bytes at {@code offset}. */
    public static Hash of(byte[] bytes, int offset) {
        return new Hash(
                (long) LONG.get(bytes, offset),
                (long) LONG.get(bytes, offset + 8),
                (long) LONG.get(bytes, offset + 16),
                (long) LONG.get(bytes, offset + 24));
    }

    /** Reads exactly 32 bytes. */
    public static Hash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a hash has 32 bytes, not " + bytes.length);
        }
        return of(bytes, 0);
    }

    /** Parses 64 hexadecimal digits. */
    public static Hash parseHex(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** Writes the 32 bytes at {@code offset}. */
    public void writeTo(byte[] bytes, int offset) {
        LONG.set(bytes, offset, word0);
        LONG.set(bytes, offset + 8, word1);
        LONG.set(bytes, offset + 16, word2);
        LONG.set(bytes, offset + 24, word3);
    }

    /** The 32 bytes in a new array. */
    public byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        writeTo(bytes, 0);
        return bytes;
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(toBytes());
    }

    @Override
    public int compareTo(Hash other) {
        int order = Long.compareUnsigned(word0, other.word0);
        if (order == 0) {
            order = Long.compareUnsigned(word1, other.word1);
        }
        if (order == 0) {
            order = Long.compareUnsigned(word2, other.word2);
        }
        return order == 0 ? Long.compareUnsigned(word3, other.word3) : order;
    }

    @Override
    public String toString() {
        return hex();
    }
}
