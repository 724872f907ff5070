package dev.shoal.index;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the sources that do not have all chunks have: a bitmap each as long as the budget for bitmaps allows it, else
 * only how many. A key is the number of a content and of a peer. Cut into segments that grow one by one. For one thread
 * at a time.
 */
final class PartialTable {

    /** Object header, fields and array header of a set, beside its words. */
    private static final int SET_BYTES = 56;

    /**
     * The longest content whose bitmaps are kept, in chunks: 1 TiB. One peer could take too much of the budget
     * otherwise.
     */
    static final int MAX_BITMAP_CHUNKS = 1 << 16;

    private static final int SEGMENT_BITS = 8;
    private static final int FIRST_SEGMENT_SLOTS = 8;

    /** Open addressing; a key of zero is an empty slot. */
    private static final class Segment {
        long[] keys = new long[FIRST_SEGMENT_SLOTS];
        int[] counts = new int[FIRST_SEGMENT_SLOTS];

        @Nullable
        ChunkSet[] sets = new ChunkSet[FIRST_SEGMENT_SLOTS];

        int taken;
    }

    private final Segment[] segments = new Segment[1 << SEGMENT_BITS];
    private final long seed;
    private final long budgetBytes;
    private final IntPredicate isHidden;
    private long usedBytes;
    private long hiddenBytes;
    private int count;

    /**
     * A table whose bitmaps take at most so many bytes together.
     *
     * @param isHidden whether the sources of a content are not to be counted
     */
    PartialTable(long budgetBytes, RandomGenerator random, IntPredicate isHidden) {
        this.isHidden = isHidden;
        this.budgetBytes = budgetBytes;
        this.seed = random.nextLong();
        Arrays.setAll(segments, i -> new Segment());
    }

    /** Whether that source is partial. */
    boolean contains(int content, int peer) {
        long key = key(content, peer);
        Segment segment = segment(key);
        return segment.keys[slot(segment, key)] == key;
    }

    /** Makes a source partial, without a chunk. No effect when it already is. */
    void add(int content, int peer, int chunkCount) {
        long key = key(content, peer);
        Segment segment = segment(key);
        if (segment.keys[slot(segment, key)] == key) {
            return;
        }
        if ((segment.taken + 1) * 3 > segment.keys.length * 2) {
            grow(segment);
        }
        int slot = slot(segment, key);
        segment.keys[slot] = key;
        segment.sets[slot] = newSet(content, chunkCount);
        segment.taken++;
        count += isHidden.test(content) ? 0 : 1;
    }

    /**
     * Adds chunks to a partial source, or replaces what it had.
     *
     * @return how many chunks it has then; without a bitmap, chunks that are named twice count twice, but never up to
     *     {@code chunkCount}
     */
    int addChunks(int content, int peer, boolean replace, List<ChunkRun> runs, int chunkCount) {
        long key = key(content, peer);
        Segment segment = segment(key);
        int slot = slot(segment, key);
        ChunkSet set = segment.sets[slot];
        if (replace) {
            drop(content, set);
            set = newSet(content, chunkCount);
            segment.sets[slot] = set;
            segment.counts[slot] = 0;
        }
        if (set != null) {
            runs.forEach(set::add);
            segment.counts[slot] = set.count();
        } else {
            long chunks = segment.counts[slot];
            for (ChunkRun run : runs) {
                chunks += run.count();
            }
            boolean whole = runs.stream().anyMatch(run -> run.count() == chunkCount);
            segment.counts[slot] = whole ? chunkCount : (int) Math.min(chunks, Math.max(0, chunkCount - 1));
        }
        return segment.counts[slot];
    }

    /** How many chunks a partial source has. */
    int chunks(int content, int peer) {
        long key = key(content, peer);
        Segment segment = segment(key);
        return segment.counts[slot(segment, key)];
    }

    /** The chunks of a partial source as runs; empty when only their number is kept. */
    List<ChunkRun> runs(int content, int peer) {
        long key = key(content, peer);
        Segment segment = segment(key);
        ChunkSet set = segment.sets[slot(segment, key)];
        return set == null ? List.of() : set.runs();
    }

    /** Forgets a source. Returns whether it was partial. */
    boolean remove(int content, int peer) {
        long key = key(content, peer);
        Segment segment = segment(key);
        int hole = slot(segment, key);
        if (segment.keys[hole] != key) {
            return false;
        }
        drop(content, segment.sets[hole]);
        empty(segment, hole);
        int mask = segment.keys.length - 1;
        for (int slot = (hole + 1) & mask; segment.keys[slot] != 0; slot = (slot + 1) & mask) {
            int home = (int) hash(segment.keys[slot]) & mask;
            if (((slot - home) & mask) >= ((slot - hole) & mask)) {
                move(segment, slot, segment, hole);
                empty(segment, slot);
                hole = slot;
            }
        }
        segment.taken--;
        count -= isHidden.test(content) ? 0 : 1;
        return true;
    }

    /** How many sources are partial, but for hidden ones. */
    int count() {
        return count;
    }

    /** How many bytes the bitmaps take, but for hidden ones. */
    long usedBytes() {
        return usedBytes - hiddenBytes;
    }

    private @Nullable ChunkSet newSet(int content, int chunkCount) {
        long bytes = bytes(chunkCount);
        if (chunkCount > MAX_BITMAP_CHUNKS || usedBytes + bytes > budgetBytes) {
            return null;
        }
        usedBytes += bytes;
        hiddenBytes += isHidden.test(content) ? bytes : 0;
        return new ChunkSet(chunkCount);
    }

    private void drop(int content, @Nullable ChunkSet set) {
        if (set != null) {
            usedBytes -= bytes(set.size());
            hiddenBytes -= isHidden.test(content) ? bytes(set.size()) : 0;
        }
    }

    private static long bytes(int chunkCount) {
        return SET_BYTES + (chunkCount + 63L) / 64 * 8;
    }

    private void grow(Segment segment) {
        Segment larger = new Segment();
        int slots = segment.keys.length * 2;
        larger.keys = new long[slots];
        larger.counts = new int[slots];
        larger.sets = new ChunkSet[slots];
        for (int slot = 0; slot < segment.keys.length; slot++) {
            if (segment.keys[slot] != 0) {
                move(segment, slot, larger, slot(larger, segment.keys[slot]));
            }
        }
        segment.keys = larger.keys;
        segment.counts = larger.counts;
        segment.sets = larger.sets;
    }

    private static void move(Segment from, int slot, Segment to, int target) {
        to.keys[target] = from.keys[slot];
        to.counts[target] = from.counts[slot];
        to.sets[target] = from.sets[slot];
    }

    private static void empty(Segment segment, int slot) {
        segment.keys[slot] = 0;
        segment.counts[slot] = 0;
        segment.sets[slot] = null;
    }

    private Segment segment(long key) {
        return segments[(int) (hash(key) >>> (64 - SEGMENT_BITS))];
    }

    /** Where the key is, or the empty slot where it would be. */
    private int slot(Segment segment, long key) {
        int mask = segment.keys.length - 1;
        int slot = (int) hash(key) & mask;
        while (segment.keys[slot] != 0 && segment.keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private long hash(long key) {
        return Mixing.mix(key ^ seed);
    }

    /** Never zero. */
    private static long key(int content, int peer) {
        return (content + 1L) << 32 | peer;
    }
}
