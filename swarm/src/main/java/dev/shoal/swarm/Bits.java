package dev.shoal.swarm;

import java.util.random.RandomGenerator;

/**
 * A bitmap over chunks that can be searched together with another one, 64 chunks a step. It has what {@link
 * dev.shoal.content.ChunkSet} need not have: uniformly random picks from an intersection. For one thread at a time.
 */
final class Bits {

    private final int size;
    private final long[] words;
    private int count;

    Bits(int size) {
        this.size = size;
        this.words = new long[(size + 63) / 64];
    }

    boolean add(int bit) {
        long mask = 1L << (bit & 63);
        if ((words[bit >> 6] & mask) != 0) {
            return false;
        }
        words[bit >> 6] |= mask;
        count++;
        return true;
    }

    void addAll() {
        for (int i = 0; i < words.length; i++) {
            words[i] = -1L;
        }
        if ((size & 63) != 0) {
            words[words.length - 1] = (1L << (size & 63)) - 1;
        }
        count = size;
    }

    boolean remove(int bit) {
        long mask = 1L << (bit & 63);
        if ((words[bit >> 6] & mask) == 0) {
            return false;
        }
        words[bit >> 6] &= ~mask;
        count--;
        return true;
    }

    boolean contains(int bit) {
        return (words[bit >> 6] & (1L << (bit & 63))) != 0;
    }

    int count() {
        return count;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return count == size;
    }

    /** The first bit at or after {@code from}; −1 when there is none. */
    int next(int from) {
        if (from >= size) {
            return -1;
        }
        int at = from >> 6;
        long word = words[at] & (-1L << (from & 63));
        while (word == 0) {
            if (++at == words.length) {
                return -1;
            }
            word = words[at];
        }
        return (at << 6) + Long.numberOfTrailingZeros(word);
    }

    /** The first bit from {@code from} to before {@code end} that both have; −1 when there is none. */
    int nextCommon(Bits other, int from, int end) {
        for (int at = from >> 6; at << 6 < Math.min(end, size); at++) {
            long word = words[at] & other.words[at];
            if (at == from >> 6) {
                word &= -1L << (from & 63);
            }
            if (word != 0) {
                int bit = (at << 6) + Long.numberOfTrailingZeros(word);
                return bit < end ? bit : -1;
            }
        }
        return -1;
    }

    /** A bit that both have, each with the same chance; −1 when there is none. */
    int randomCommon(Bits other, RandomGenerator random) {
        int common = 0;
        for (int at = 0; at < words.length; at++) {
            common += Long.bitCount(words[at] & other.words[at]);
        }
        if (common == 0) {
            return -1;
        }
        int skip = random.nextInt(common);
        int at = 0;
        long word = words[0] & other.words[0];
        while (skip >= Long.bitCount(word)) {
            skip -= Long.bitCount(word);
            at++;
            word = words[at] & other.words[at];
        }
        while (skip > 0) {
            word &= word - 1;
            skip--;
        }
        return (at << 6) + Long.numberOfTrailingZeros(word);
    }
}
