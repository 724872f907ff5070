package dev.shoal.testkit;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.swarm.BlockRange;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What a simulated peer has of the content: chunks in work, of which it knows what is really in them, chunks that it
 * holds for verified, and those of them that outlast a crash. For one thread.
 */
final class SimulatedDisk {

    /** A chunk in work: which blocks were written, and which of them are wrong. */
    private static final class InWork {
        final BitSet written = new BitSet();
        final BitSet wrong = new BitSet();
    }

    private final ChunkLayout layout;
    private final Map<Integer, InWork> inWork = new HashMap<>();
    private ChunkSet held;
    private ChunkSet forced;
    /** The chunks whose bytes are right, whatever is believed; and those of them that outlast a crash. */
    private ChunkSet right;

    private ChunkSet rightForced;

    SimulatedDisk(ChunkLayout layout, boolean full) {
        this.layout = layout;
        this.held = full ? ChunkSet.full(layout.chunkCount()) : new ChunkSet(layout.chunkCount());
        this.forced = held.copy();
        this.right = held.copy();
        this.rightForced = held.copy();
    }

    /** The chunks that count as verified; to be read only. */
    ChunkSet held() {
        return held;
    }

    /** The chunks that are there after a crash; to be read only. */
    ChunkSet forced() {
        return forced;
    }

    /** Data comes; when it is wrong, its first block is. */
    void write(BlockRange range, boolean wrong) {
        InWork chunk = inWork.computeIfAbsent(range.chunk(), any -> new InWork());
        chunk.written.set(range.firstBlock(), range.endBlock());
        chunk.wrong.clear(range.firstBlock(), range.endBlock());
        chunk.wrong.set(range.firstBlock(), wrong);
    }

    /** Which blocks of a chunk in work are wrong, as its leaf hashes would tell. */
    BitSet wrongBlocks(int chunk) {
        InWork found = inWork.get(chunk);
        return found == null ? new BitSet() : (BitSet) found.wrong.clone();
    }

    /** Whether all of a chunk in work is there and right. */
    boolean isSound(int chunk) {
        InWork found = inWork.get(chunk);
        return found != null && found.wrong.isEmpty() && found.written.cardinality() == layout.blocks(chunk);
    }

    /** A chunk counts as verified from now on. Returns whether it did not before. */
    boolean accept(int chunk) {
        if (isSound(chunk)) {
            right.add(chunk);
        }
        inWork.remove(chunk);
        return held.add(chunk);
    }

    /** Everything that is held outlasts a crash from now on. */
    void force() {
        forced = held.copy();
        rightForced = right.copy();
    }

    /** A chunk that is held and whose bytes are not right; -1 when there is none. */
    int firstWrong() {
        for (int chunk = right.nextMissing(0); chunk >= 0; chunk = right.nextMissing(chunk + 1)) {
            if (held.contains(chunk)) {
                return chunk;
            }
        }
        return -1;
    }

    /** The process ends: what is not forced is gone, or, with a defect, believed all the same. */
    void crash(boolean believeUnforced) {
        inWork.clear();
        right = rightForced.copy();
        if (!believeUnforced) {
            held = forced.copy();
        }
    }
}
