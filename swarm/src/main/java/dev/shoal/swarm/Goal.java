package dev.shoal.swarm;

import dev.shoal.content.ChunkSet;

/** Which chunks a download is to get, and which of them are still to come. For one thread at a time. */
final class Goal {

    private final ChunkSet held;
    private ChunkSet wanted;
    private int missing;
    private int earliest;

    /** Everything, of which some chunks are here; the set is copied. */
    Goal(ChunkSet held) {
        this.held = held.copy();
        this.wanted = ChunkSet.full(held.size());
        count();
    }

    /** From now on these are wanted and no others; the set is copied. */
    void want(ChunkSet chunks) {
        wanted = chunks.copy();
        count();
    }

    private void count() {
        missing = 0;
        earliest = 0;
        for (int chunk = wanted.next(0); chunk >= 0; chunk = wanted.next(chunk + 1)) {
            missing += held.contains(chunk) ? 0 : 1;
        }
    }

    /** A chunk is here. */
    void hold(int chunk) {
        if (held.add(chunk) && wanted.contains(chunk)) {
            missing--;
        }
    }

    /** Whether nothing is missing that is wanted. */
    boolean isReached() {
        return missing == 0;
    }

    /** Whether a chunk is to be got. */
    boolean misses(int chunk) {
        return wanted.contains(chunk) && !held.contains(chunk);
    }

    /** The first chunk that is to be got; 0 when none is. */
    int earliest() {
        while (earliest >= 0 && earliest < held.size() && !misses(earliest)) {
            earliest = wanted.next(earliest + 1);
        }
        return Math.max(0, earliest);
    }

    /** Whether one of the chunks that are to be got is among these. */
    boolean misses(Bits chunks) {
        int chunk = wanted.next(0);
        while (chunk >= 0 && !(misses(chunk) && chunks.contains(chunk))) {
            chunk = wanted.next(chunk + 1);
        }
        return chunk >= 0;
    }

    /** What is to be here; the goal's own. */
    ChunkSet wanted() {
        return wanted;
    }

    /** What is here; the goal's own. */
    ChunkSet held() {
        return held;
    }
}
