package dev.shoal.index;

import java.util.ArrayList;
import java.util.List;

/** A list that is too long for a block: chunks of equal size, so that growing copies nothing. For one thread. */
final class LargeIntList {

    private static final int SHIFT = 10;
    private static final int CHUNK = 1 << SHIFT;

    private final List<int[]> chunks = new ArrayList<>();
    private int size;

    int at(int index) {
        return chunks.get(index >>> SHIFT)[index & (CHUNK - 1)];
    }

    void put(int index, int value) {
        chunks.get(index >>> SHIFT)[index & (CHUNK - 1)] = value;
    }

    void add(int value) {
        if (size >>> SHIFT == chunks.size()) {
            chunks.add(new int[CHUNK]);
        }
        put(size++, value);
    }

    /** Takes the last number off. */
    void removeLast() {
        size--;
        // One empty chunk is kept, so that a size that swings around a chunk's end allocates nothing.
        if (chunks.size() > (size >>> SHIFT) + 2) {
            chunks.removeLast();
        }
    }

    int indexOf(int value, int mask) {
        int first = 0;
        for (int[] chunk : chunks) {
            int end = Math.min(CHUNK, size - first);
            for (int i = 0; i < end; i++) {
                if ((chunk[i] & mask) == value) {
                    return first + i;
                }
            }
            first += CHUNK;
        }
        return -1;
    }
}
