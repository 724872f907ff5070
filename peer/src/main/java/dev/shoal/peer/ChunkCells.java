package dev.shoal.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The chunks of a content as a picture with few cells: each stands for some chunks that follow each other. Immutable.
 *
 * @param chunksPerCell how many each cell stands for; the last one may stand for fewer
 * @param cells a number each: {@link #MISSING}, {@link #UNDER_WAY}, {@link #UNWANTED}, or where most of it came from,
 *     as {@link Origins} has it
 */
record ChunkCells(int chunksPerCell, List<Integer> cells) {

    /** Nothing of it is here. */
    static final int MISSING = 0;

    /** Some of it is on its way, or here. */
    static final int UNDER_WAY = -1;

    /** None of it is wanted. */
    static final int UNWANTED = -4;

    /** No cell at all. */
    static final ChunkCells NONE = new ChunkCells(0, List.of());

    private static final int VALUES = Origins.MOST_PEERS + 2 - UNWANTED;

    /** Copies the list. */
    ChunkCells {
        cells = List.copyOf(cells);
    }

    /**
     * Of chunks.
     *
     * @param value the number of each, as that of a cell
     * @param most how many cells there may be
     */
    static ChunkCells of(int count, IntUnaryOperator value, int most) {
        int each = Math.max(1, (count + most - 1) / most);
        List<Integer> cells = new ArrayList<>((count + each - 1) / each);
        int[] counts = new int[VALUES];
        for (int first = 0; first < count; first += each) {
            cells.add(cell(first, Math.min(count, first + each), value, counts));
        }
        return new ChunkCells(each, cells);
    }

    /** The counts are all 0 before and after. */
    private static int cell(int first, int end, IntUnaryOperator value, int[] counts) {
        int here = 0;
        int best = MISSING;
        for (int chunk = first; chunk < end; chunk++) {
            int at = value.applyAsInt(chunk);
            counts[at - UNWANTED]++;
            if (isHere(at)) {
                here++;
                best = best == MISSING || counts[at - UNWANTED] > counts[best - UNWANTED] ? at : best;
            }
        }
        int missing = counts[MISSING - UNWANTED];
        boolean isMoving = counts[UNDER_WAY - UNWANTED] > 0 || (here > 0 && missing > 0);
        for (int chunk = first; chunk < end; chunk++) {
            counts[value.applyAsInt(chunk) - UNWANTED] = 0;
        }
        if (isMoving) {
            return UNDER_WAY;
        }
        return here > 0 ? best : missing > 0 ? MISSING : UNWANTED;
    }

    private static boolean isHere(int value) {
        return value != MISSING && value != UNDER_WAY && value != UNWANTED;
    }

    /** The same with fewer cells, or as it is. */
    ChunkCells fewer(int most) {
        if (cells.size() <= most) {
            return this;
        }
        ChunkCells merged = of(cells.size(), cells::get, most);
        return new ChunkCells(chunksPerCell * merged.chunksPerCell, merged.cells);
    }
}
