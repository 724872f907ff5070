package dev.shoal.index;

import java.util.Arrays;

/**
 * Blocks of one capacity, without a hole between them: when one goes, the last one takes its place, so that no pattern
 * of coming and going leaves memory that nobody can use. Each block begins with the number of its owner, who must be
 * told of the move. For one thread at a time.
 */
final class BlockArena {

    /** What {@link #remove} returns when no block had to move. */
    static final int NOBODY = -1;

    /** About 16 KiB a page, and at least so many blocks that the rest of a page is small. */
    private static final int PAGE_INTS = 4096;

    private static final int MIN_BLOCKS_PER_PAGE = 16;

    private final int stride;
    private final int blocksPerPage;
    private int[][] pages = new int[0][];
    private int count;

    /** An arena of blocks that hold {@code capacity} numbers each. */
    BlockArena(int capacity) {
        stride = capacity + 1;
        blocksPerPage = Math.max(MIN_BLOCKS_PER_PAGE, PAGE_INTS / stride);
    }

    /** Takes a block, whose numbers are undefined, for an owner. */
    int add(int owner) {
        int block = count++;
        int page = block / blocksPerPage;
        if (page == pages.length) {
            pages = Arrays.copyOf(pages, page + 1);
            pages[page] = new int[blocksPerPage * stride];
        }
        pages[page][start(block) - 1] = owner;
        return block;
    }

    /** Gives a block back. Returns the owner of the block that now has this number, or {@link #NOBODY}. */
    int remove(int block) {
        int last = --count;
        int owner = NOBODY;
        if (block != last) {
            System.arraycopy(page(last), start(last) - 1, page(block), start(block) - 1, stride);
            owner = page(block)[start(block) - 1];
        }
        // One empty page is kept, so that a count that swings around a page's end allocates nothing.
        int needed = count / blocksPerPage + 2;
        if (needed < pages.length) {
            pages = Arrays.copyOf(pages, needed);
        }
        return owner;
    }

    /** The page in which a block lies; its numbers begin at {@link #start}. */
    int[] page(int block) {
        return pages[block / blocksPerPage];
    }

    /** Where the numbers of a block begin in its page. */
    int start(int block) {
        return block % blocksPerPage * stride + 1;
    }

    /** How many blocks are taken. */
    int count() {
        return count;
    }
}
