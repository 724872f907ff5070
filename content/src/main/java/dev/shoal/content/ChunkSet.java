package dev.shoal.content;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bitmap of the chunks that a peer has. Encoded, chunk 0 is the highest bit of the first byte, and bits past the
 * last chunk are zero. Mutable; for one thread at a time.
 */
public final class ChunkSet {

    private final int size;
    private final long[] words;
    private int count;

    /** A set of no chunk. */
    public ChunkSet(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("a set of " + size + " chunks");
        }
        this.size = size;
        this.words = new long[(size + 63) / 64];
    }

    /** A set of all chunks. */
    public static ChunkSet full(int size) {
        ChunkSet set = new ChunkSet(size);
        set.add(new ChunkRun(0, size));
        return set;
    }

    /**
     * Decodes a bitmap of ⌈size/8⌉ bytes.
     *
     * @throws IllegalArgumentException when the length is another, or a bit past the last chunk is set
     */
    public static ChunkSet decode(int size, byte[] bits) {
        if (bits.length != (size + 7) / 8) {
            throw new IllegalArgumentException("a map of " + size + " chunks has not " + bits.length + " bytes");
        }
        ChunkSet set = new ChunkSet(size);
        for (int chunk = 0; chunk < bits.length * 8; chunk++) {
            if ((bits[chunk >> 3] & (0x80 >> (chunk & 7))) != 0) {
                if (chunk >= size) {
                    throw new IllegalArgumentException("a map of " + size + " chunks has a bit past the last");
                }
                set.add(chunk);
            }
        }
        return set;
    }

    /** The bitmap, ⌈size/8⌉ bytes. */
    public byte[] encode() {
        byte[] bits = new byte[(size + 7) / 8];
        for (int chunk = next(0); chunk >= 0; chunk = next(chunk + 1)) {
            bits[chunk >> 3] |= (byte) (0x80 >> (chunk & 7));
        }
        return bits;
    }

    /** Adds a chunk. Returns whether it was missing. */
    public boolean add(int chunk) {
        check(chunk);
        long bit = 1L << (chunk & 63);
        if ((words[chunk >> 6] & bit) != 0) {
            return false;
        }
        words[chunk >> 6] |= bit;
        count++;
        return true;
    }

    /** Adds a run of chunks. */
    public void add(ChunkRun run) {
        if (run.first() < 0 || run.count() < 0 || run.end() > size) {
            throw new IndexOutOfBoundsException(run + " of " + size);
        }
        for (int chunk = run.first(); chunk < run.end(); chunk++) {
            add(chunk);
        }
    }

    /** Takes a chunk out. Returns whether it was there. */
    public boolean remove(int chunk) {
        check(chunk);
        long bit = 1L << (chunk & 63);
        if ((words[chunk >> 6] & bit) == 0) {
            return false;
        }
        words[chunk >> 6] &= ~bit;
        count--;
        return true;
    }

    /** Whether the chunk is there. */
    public boolean contains(int chunk) {
        check(chunk);
        return (words[chunk >> 6] & (1L << (chunk & 63))) != 0;
    }

    /** How many chunks are there. */
    public int count() {
        return count;
    }

    /** How many chunks the content has. */
    public int size() {
        return size;
    }

    /** Whether every chunk is there. */
    public boolean isFull() {
        return count == size;
    }

    /** Whether no chunk is there. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** The first chunk at or after {@code from} that is there; −1 when there is none. */
    public int next(int from) {
        return scan(from, 0);
    }

    /** The first chunk at or after {@code from} that is missing; −1 when there is none. */
    public int nextMissing(int from) {
        return scan(from, -1L);
    }

    /** The chunks that are there, as runs in rising order. */
    public List<ChunkRun> runs() {
        List<ChunkRun> runs = new ArrayList<>();
        int first = next(0);
        while (first >= 0) {
            int end = nextMissing(first);
            end = end < 0 ? size : end;
            runs.add(new ChunkRun(first, end - first));
            first = next(end);
        }
        return runs;
    }

    /** A set of its own with the same chunks. */
    public ChunkSet copy() {
        ChunkSet copy = new ChunkSet(size);
        System.arraycopy(words, 0, copy.words, 0, words.length);
        copy.count = count;
        return copy;
    }

    private int scan(int from, long flip) {
        if (from >= size) {
            return -1;
        }
        int at = from >> 6;
        long word = (words[at] ^ flip) & (-1L << (from & 63));
        while (word == 0) {
            if (++at == words.length) {
                return -1;
            }
            word = words[at] ^ flip;
        }
        int chunk = (at << 6) + Long.numberOfTrailingZeros(word);
        return chunk < size ? chunk : -1;
    }

    private void check(int chunk) {
        if (chunk < 0 || chunk >= size) {
            throw new IndexOutOfBoundsException("chunk " + chunk + " of " + size);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkSet set && size == set.size && Arrays.equals(words, set.words);
    }

    @Override
    public int hashCode() {
        return 31 * size + Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return count + " of " + size + " chunks";
    }
}
