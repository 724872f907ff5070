package dev.shoal.swarm;

import java.util.random.RandomGenerator;

/**
 * The chunks that are missing and not yet begun, by how many known sources have them. A change of rarity moves one bit
 * between two bitmaps; a pick intersects at most {@link #LEVELS} bitmaps with the source's own, 64 chunks a step, and
 * takes one of the rarest at random (rarest first with random ties: Legout et al., IMC 2006). For one thread at a time.
 */
final class RarityPool {

    /** Rarities from here on count as equal: a chunk that 31 sources have is not scarce. */
    static final int LEVELS = 32;

    private final RandomGenerator random;
    private final int[] holders;
    private final Bits[] levels = new Bits[LEVELS];
    private final Bits pool;

    RarityPool(int chunkCount, RandomGenerator random) {
        this.random = random;
        this.holders = new int[chunkCount];
        this.pool = new Bits(chunkCount);
        for (int level = 0; level < LEVELS; level++) {
            levels[level] = new Bits(chunkCount);
        }
    }

    /** Makes a chunk pickable. */
    void put(int chunk) {
        if (pool.add(chunk)) {
            level(chunk).add(chunk);
        }
    }

    /** Whether a chunk can be picked. */
    boolean contains(int chunk) {
        return pool.contains(chunk);
    }

    /** Takes a chunk out: it has been begun. */
    void take(int chunk) {
        if (pool.remove(chunk)) {
            level(chunk).remove(chunk);
        }
    }

    /** One more, or one less, source of part of the content has the chunk. */
    void holdersChanged(int chunk, int by) {
        boolean pickable = pool.contains(chunk);
        if (pickable) {
            level(chunk).remove(chunk);
        }
        holders[chunk] += by;
        if (pickable) {
            level(chunk).add(chunk);
        }
    }

    int holders(int chunk) {
        return holders[chunk];
    }

    /** How many pickable chunks only complete sources have. */
    int unspread() {
        return levels[0].count();
    }

    int size() {
        return pool.count();
    }

    /** One of the rarest pickable chunks that a source has; −1 when it has none. */
    int pickRarest(Bits has) {
        for (Bits level : levels) {
            if (level.count() > 0) {
                int chunk = level.randomCommon(has, random);
                if (chunk >= 0) {
                    return chunk;
                }
            }
        }
        return -1;
    }

    /** The first pickable chunk of a stretch that a source has; −1 when it has none. */
    int pickEarliest(Bits has, int from, int end) {
        return pool.nextCommon(has, from, end);
    }

    private Bits level(int chunk) {
        return levels[Math.min(holders[chunk], LEVELS - 1)];
    }
}
