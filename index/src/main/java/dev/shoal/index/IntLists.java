package dev.shoal.index;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many lists of numbers, most of them short, in little memory: a list of up to {@value #MAX_BLOCK} numbers is one block
 * of the smallest of 36 capacities that it fits into (four an octave, so that less than a fifth is slack, and none up
 * to eight), see {@link BlockArena}; a longer one is a {@link LargeIntList}. A list costs 8 bytes, and 4 for its block.
 * Adding is O(1) amortised; looking for a number reads the whole list. For one thread at a time.
 */
final class IntLists {

    /** The longest list in one block: moving it copies 4 KiB at most. */
    static final int MAX_BLOCK = 1024;

    /** A long list becomes a block again below this, well apart from the size at which it became long. */
    private static final int LARGE_UNTIL = MAX_BLOCK * 3 / 4;

    /** Where the capacities stop to be every number and begin to be four an octave. */
    private static final int EXACT = 4;

    private static final int CLASSES = 36;
    private static final int NO_BLOCK = -1;

    private final BlockArena[] arenas = new BlockArena[CLASSES];

    /** Block of a list; from −2 downward the place in {@link #large}; {@link #NO_BLOCK} for an empty list. */
    private final PagedInts blocks = new PagedInts();

    private final PagedInts sizes = new PagedInts();
    private final List<@Nullable LargeIntList> large = new ArrayList<>();
    private final List<Integer> freeLarge = new ArrayList<>();

    IntLists() {
        for (int sizeClass = 0; sizeClass < CLASSES; sizeClass++) {
            arenas[sizeClass] = new BlockArena(capacity(sizeClass));
        }
    }

    /** Makes room for the lists 0 to {@code lists} − 1; new ones are empty. */
    void ensure(int lists) {
        blocks.ensure(lists);
        sizes.ensure(lists);
    }

    int size(int list) {
        return sizes.at(list);
    }

    int at(int list, int index) {
        int block = blocks.at(list);
        if (block < NO_BLOCK) {
            return longList(block).at(index);
        }
        BlockArena arena = arenas[classOf(sizes.at(list))];
        return arena.page(block)[arena.start(block) + index];
    }

    /** Puts, in the place of each of the first {@code count} indexes, the number that is there. */
    void gather(int list, int[] indexes, int count) {
        int block = blocks.at(list);
        if (block < NO_BLOCK) {
            LargeIntList longList = longList(block);
            for (int i = 0; i < count; i++) {
                indexes[i] = longList.at(indexes[i]);
            }
        } else if (count > 0) {
            BlockArena arena = arenas[classOf(sizes.at(list))];
            int[] page = arena.page(block);
            int start = arena.start(block);
            for (int i = 0; i < count; i++) {
                indexes[i] = page[start + indexes[i]];
            }
        }
    }

    void put(int list, int index, int value) {
        int block = blocks.at(list);
        if (block < NO_BLOCK) {
            longList(block).put(index, value);
        } else {
            BlockArena arena = arenas[classOf(sizes.at(list))];
            arena.page(block)[arena.start(block) + index] = value;
        }
    }

    /** Where the first number is that equals {@code value} under the mask; −1 when there is none. */
    int indexOf(int list, int value, int mask) {
        int size = sizes.at(list);
        int block = blocks.at(list);
        if (size == 0) {
            return -1;
        }
        if (block < NO_BLOCK) {
            return longList(block).indexOf(value, mask);
        }
        BlockArena arena = arenas[classOf(size)];
        int[] page = arena.page(block);
        int start = arena.start(block);
        for (int i = start; i < start + size; i++) {
            if ((page[i] & mask) == value) {
                return i - start;
            }
        }
        return -1;
    }

    void add(int list, int value) {
        int size = sizes.at(list);
        int block = size == 0 ? NO_BLOCK : blocks.at(list);
        if (block < NO_BLOCK) {
            longList(block).add(value);
            sizes.put(list, size + 1);
        } else if (size == MAX_BLOCK) {
            lengthen(list, block);
            longList(blocks.at(list)).add(value);
            sizes.put(list, size + 1);
        } else {
            resize(list, block, size, size + 1);
            put(list, size, value);
        }
    }

    /** Takes a number out; the last one takes its place. */
    void removeAt(int list, int index) {
        int size = sizes.at(list);
        int block = blocks.at(list);
        put(list, index, at(list, size - 1));
        if (block >= 0) {
            resize(list, block, size, size - 1);
            return;
        }
        LargeIntList longList = longList(block);
        longList.removeLast();
        sizes.put(list, size - 1);
        if (size - 1 == LARGE_UNTIL) {
            shorten(list, longList);
        }
    }

    /** Empties a list. */
    void clear(int list) {
        int size = sizes.at(list);
        if (size == 0) {
            return;
        }
        int block = blocks.at(list);
        if (block < NO_BLOCK) {
            dropLarge(block);
        } else {
            release(classOf(size), block);
        }
        blocks.put(list, NO_BLOCK);
        sizes.put(list, 0);
    }

    private void resize(int list, int block, int oldSize, int newSize) {
        sizes.put(list, newSize);
        int oldClass = oldSize == 0 ? -1 : classOf(oldSize);
        int newClass = newSize == 0 ? -1 : classOf(newSize);
        if (oldClass == newClass) {
            return;
        }
        int newBlock = NO_BLOCK;
        if (newSize > 0) {
            BlockArena to = arenas[newClass];
            newBlock = to.add(list);
            if (oldSize > 0) {
                BlockArena from = arenas[oldClass];
                System.arraycopy(
                        from.page(block),
                        from.start(block),
                        to.page(newBlock),
                        to.start(newBlock),
                        Math.min(oldSize, newSize));
            }
        }
        if (oldSize > 0) {
            release(oldClass, block);
        }
        blocks.put(list, newBlock);
    }

    private void release(int sizeClass, int block) {
        int moved = arenas[sizeClass].remove(block);
        if (moved != BlockArena.NOBODY) {
            blocks.put(moved, block);
        }
    }

    private void lengthen(int list, int block) {
        LargeIntList longList = new LargeIntList();
        for (int i = 0; i < MAX_BLOCK; i++) {
            longList.add(at(list, i));
        }
        release(CLASSES - 1, block);
        int place = freeLarge.isEmpty() ? large.size() : freeLarge.removeLast();
        if (place == large.size()) {
            large.add(longList);
        } else {
            large.set(place, longList);
        }
        blocks.put(list, -2 - place);
    }

    private void shorten(int list, LargeIntList longList) {
        dropLarge(blocks.at(list));
        int sizeClass = classOf(LARGE_UNTIL);
        int block = arenas[sizeClass].add(list);
        blocks.put(list, block);
        for (int i = 0; i < LARGE_UNTIL; i++) {
            put(list, i, longList.at(i));
        }
    }

    private void dropLarge(int block) {
        large.set(-2 - block, null);
        freeLarge.add(-2 - block);
    }

    private LargeIntList longList(int block) {
        LargeIntList longList = large.get(-2 - block);
        if (longList == null) {
            throw new IllegalStateException("no long list has the number " + (-2 - block));
        }
        return longList;
    }

    /** The smallest class whose capacity is at least the size, 1 to {@link #MAX_BLOCK}. */
    static int classOf(int size) {
        if (size <= EXACT) {
            return size - 1;
        }
        int octave = 31 - Integer.numberOfLeadingZeros(size - 1);
        return EXACT * (octave - 1) + ((size - 1 - (1 << octave)) >> (octave - 2));
    }

    /** How many numbers a block of a class holds. */
    static int capacity(int sizeClass) {
        if (sizeClass < EXACT) {
            return sizeClass + 1;
        }
        int octave = sizeClass / EXACT + 1;
        return (1 << octave) + (sizeClass % EXACT + 1) * (1 << (octave - 2));
    }
}
