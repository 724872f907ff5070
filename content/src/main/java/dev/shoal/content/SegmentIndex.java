package dev.shoal.content;

import java.util.Arrays;
import java.util.List;

/**
 * Finds segments of files by length and hash, the first of those that are alike. Costs 12 to 16 bytes a segment.
 * Immutable.
 */
final class SegmentIndex {

    private static final int NONE = -1;

    /** A place in a file. */
    record Found(int file, int segment, long offset) {}

    private final List<SegmentTable> files;
    /** The number of the first segment of each file, counted through all files; and that of all segments. */
    private final int[] firsts;

    private final long[] offsets;
    /** A hash table of segments by the start of their hash, with open addresses. */
    private final int[] slots;

    SegmentIndex(List<SegmentTable> files) {
        this.files = files;
        this.firsts = new int[files.size() + 1];
        for (int file = 0; file < files.size(); file++) {
            firsts[file + 1] = Math.addExact(firsts[file], files.get(file).count());
        }
        int count = firsts[files.size()];
        this.offsets = new long[count];
        this.slots = new int[Math.max(2, Integer.highestOneBit(Math.max(1, count)) << 2)];
        Arrays.fill(slots, NONE);
        for (int file = 0; file < files.size(); file++) {
            add(file, files.get(file));
        }
    }

    private void add(int file, SegmentTable table) {
        long offset = 0;
        for (int segment = 0; segment < table.count(); segment++) {
            offsets[firsts[file] + segment] = offset;
            offset += table.length(segment);
            int slot = slot(table, segment);
            if (slots[slot] == NONE) {
                slots[slot] = firsts[file] + segment;
            }
        }
    }

    /** Where a segment of some table stands first. */
    Found find(SegmentTable table, int segment) {
        int number = slots[slot(table, segment)];
        return number == NONE ? new Found(NONE, NONE, NONE) : found(number);
    }

    /** Whether there is such a place. */
    static boolean isThere(Found found) {
        return found.file != NONE;
    }

    /** Whether a segment of some table also stands right behind a place. */
    boolean continues(Found before, SegmentTable table, int segment) {
        return isThere(before)
                && before.segment + 1 < files.get(before.file).count()
                && table.isSame(segment, files.get(before.file), before.segment + 1);
    }

    /** The next segment behind a place. */
    Found next(Found before) {
        return found(firsts[before.file] + before.segment + 1);
    }

    private Found found(int number) {
        int file = fileOf(number);
        return new Found(file, number - firsts[file], offsets[number]);
    }

    private int fileOf(int number) {
        int file = 0;
        while (number >= firsts[file + 1]) {
            file++;
        }
        return file;
    }

    /** The slot of a segment that is alike, or the free one where it would stand. */
    private int slot(SegmentTable table, int segment) {
        int slot = (int) table.hashStart(segment) & (slots.length - 1);
        while (slots[slot] != NONE && !isAt(slots[slot], table, segment)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean isAt(int number, SegmentTable table, int segment) {
        int file = fileOf(number);
        return table.isSame(segment, files.get(file), number - firsts[file]);
    }
}
