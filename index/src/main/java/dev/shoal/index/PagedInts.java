package dev.shoal.index;

import java.util.Arrays;

/**
 * A row of numbers that grows page by page: growing copies no number, so that it neither stalls nor needs the memory
 * twice. Zero where nothing was put. For one thread at a time.
 */
final class PagedInts {

    /** 16 KiB a page: small beside what an index holds, large beside the reference to it. */
    private static final int SHIFT = 12;

    private static final int MASK = (1 << SHIFT) - 1;

    private int[][] pages = new int[0][];

    /** Makes room for the numbers 0 to {@code size} − 1. */
    void ensure(int size) {
        int needed = (size + MASK) >>> SHIFT;
        int old = pages.length;
        if (needed > old) {
            pages = Arrays.copyOf(pages, needed);
            for (int i = old; i < needed; i++) {
                pages[i] = new int[1 << SHIFT];
            }
        }
    }

    int at(int index) {
        return pages[index >>> SHIFT][index & MASK];
    }

    void put(int index, int value) {
        pages[index >>> SHIFT][index & MASK] = value;
    }

    /** Adds to a number and returns the sum. */
    int add(int index, int more) {
        return pages[index >>> SHIFT][index & MASK] += more;
    }
}
