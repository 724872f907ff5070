package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.ShareId;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Gives each content a small number and finds it again: 40 bytes for the identity and 6 to 12 for finding it. The hash
 * table is cut into segments that grow one by one, so that growing never stalls for long nor needs the memory twice.
 * Anybody can invent roots, so the hash is keyed. Numbers are used again after they were removed. For one thread at a
 * time.
 */
final class ContentTable {

    /** With a million contents, a segment that grows moves a thousand of them. */
    private static final int SEGMENT_BITS = 10;

    private static final int FIRST_SEGMENT_SLOTS = 8;
    private static final int WORDS = 5;
    private static final int PAGE_SHIFT = 9;
    private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;

    /** Stands in the place of a length where no content is; the first word then names the next free number. */
    private static final long FREE = -1;

    private static final int NONE = -1;

    private final long[] keys = new long[WORDS];

    /** Numbers of contents, one more than the number so that zero is an empty slot; open addressing. */
    private final int[][] segments = new int[1 << SEGMENT_BITS][];

    private final int[] segmentCounts = new int[1 << SEGMENT_BITS];
    private long[][] pages = new long[0][];
    private int bound;
    private int firstFree = NONE;
    private int count;
    private int hidden;

    /** An empty table whose hash is keyed by the generator. */
    ContentTable(RandomGenerator random) {
        for (int i = 0; i < WORDS; i++) {
            keys[i] = random.nextLong();
        }
        Arrays.fill(segments, new int[0]);
    }

    /** The content's number, or −1. */
    int find(ContentId content) {
        Hash root = content.root();
        long hash = hash(root.word0(), root.word1(), root.word2(), root.word3(), content.length());
        int[] slots = segments[segment(hash)];
        if (slots.length == 0) {
            return NONE;
        }
        int mask = slots.length - 1;
        for (int slot = (int) hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
            if (is(slots[slot] - 1, content)) {
                return slots[slot] - 1;
            }
        }
        return NONE;
    }

    /** Gives a number to a content that has none. */
    int add(ContentId content) {
        int number = take();
        Hash root = content.root();
        long[] page = pages[number >>> PAGE_SHIFT];
        int at = (number & PAGE_MASK) * WORDS;
        page[at] = root.word0();
        page[at + 1] = root.word1();
        page[at + 2] = root.word2();
        page[at + 3] = root.word3();
        page[at + 4] = content.length();
        long hash = hash(number);
        int segment = segment(hash);
        // At most two thirds full: longer runs of taken slots would cost more than the memory is worth.
        if ((segmentCounts[segment] + 1) * 3 > segments[segment].length * 2) {
            grow(segment);
        }
        insert(segments[segment], hash, number);
        segmentCounts[segment]++;
        count++;
        hidden += isHidden(number) ? 1 : 0;
        return number;
    }

    /** Forgets a content; its number may come again for another one. */
    void remove(int number) {
        long hash = hash(number);
        int segment = segment(hash);
        int[] slots = segments[segment];
        int mask = slots.length - 1;
        int hole = (int) hash & mask;
        while (slots[hole] != number + 1) {
            hole = (hole + 1) & mask;
        }
        closeHole(slots, hole, mask);
        segmentCounts[segment]--;
        count--;
        hidden -= isHidden(number) ? 1 : 0;
        long[] page = pages[number >>> PAGE_SHIFT];
        int at = (number & PAGE_MASK) * WORDS;
        page[at] = firstFree;
        page[at + 4] = FREE;
        firstFree = number;
    }

    /** The content of a number. */
    ContentId content(int number) {
        long[] page = pages[number >>> PAGE_SHIFT];
        int at = (number & PAGE_MASK) * WORDS;
        return new ContentId(new Hash(page[at], page[at + 1], page[at + 2], page[at + 3]), page[at + 4]);
    }

    /** Whether the number stands for a content now. */
    boolean isTaken(int number) {
        return number < bound && pages[number >>> PAGE_SHIFT][(number & PAGE_MASK) * WORDS + 4] != FREE;
    }

    /** Whether the content of a number is a private share, of which nobody is told. */
    boolean isHidden(int number) {
        return isHidden(pages[number >>> PAGE_SHIFT], (number & PAGE_MASK) * WORDS);
    }

    /** How many contents have a number that are not hidden. */
    int shownCount() {
        return count - hidden;
    }

    /** How many contents have a number. */
    int count() {
        return count;
    }

    /** All numbers are below this. */
    int bound() {
        return bound;
    }

    private int take() {
        if (firstFree != NONE) {
            int number = firstFree;
            firstFree = (int) pages[number >>> PAGE_SHIFT][(number & PAGE_MASK) * WORDS];
            return number;
        }
        if (bound >>> PAGE_SHIFT == pages.length) {
            pages = Arrays.copyOf(pages, pages.length + 1);
            pages[pages.length - 1] = new long[WORDS << PAGE_SHIFT];
        }
        return bound++;
    }

    private void grow(int segment) {
        int[] old = segments[segment];
        int[] slots = new int[old.length == 0 ? FIRST_SEGMENT_SLOTS : old.length * 2];
        for (int taken : old) {
            if (taken != 0) {
                insert(slots, hash(taken - 1), taken - 1);
            }
        }
        segments[segment] = slots;
    }

    private static void insert(int[] slots, long hash, int number) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = number + 1;
    }

    /** Moves later entries of the run back (Knuth 6.4, algorithm R), so that no grave marks are needed. */
    private void closeHole(int[] slots, int firstHole, int mask) {
        int hole = firstHole;
        slots[hole] = 0;
        for (int slot = (hole + 1) & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
            int home = (int) hash(slots[slot] - 1) & mask;
            if (((slot - home) & mask) >= ((slot - hole) & mask)) {
                slots[hole] = slots[slot];
                slots[slot] = 0;
                hole = slot;
            }
        }
    }

    /** As {@link ShareId#isOne}; lists ask it of every content. */
    private static boolean isHidden(long[] page, int at) {
        return page[at] == 0 && page[at + 4] > 0;
    }

    private boolean is(int number, ContentId content) {
        long[] page = pages[number >>> PAGE_SHIFT];
        int at = (number & PAGE_MASK) * WORDS;
        Hash root = content.root();
        return page[at] == root.word0()
                && page[at + 1] == root.word1()
                && page[at + 2] == root.word2()
                && page[at + 3] == root.word3()
                && page[at + 4] == content.length();
    }

    private long hash(int number) {
        long[] page = pages[number >>> PAGE_SHIFT];
        int at = (number & PAGE_MASK) * WORDS;
        return hash(page[at], page[at + 1], page[at + 2], page[at + 3], page[at + 4]);
    }

    private long hash(long word0, long word1, long word2, long word3, long length) {
        long hash = Mixing.mix(word0 ^ keys[0]);
        hash = Mixing.mix(hash ^ word1 ^ keys[1]);
        hash = Mixing.mix(hash ^ word2 ^ keys[2]);
        hash = Mixing.mix(hash ^ word3 ^ keys[3]);
        return Mixing.mix(hash ^ length ^ keys[4]);
    }

    private static int segment(long hash) {
        return (int) (hash >>> (64 - SEGMENT_BITS));
    }
}
