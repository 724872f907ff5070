package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A chunk that has been begun: who sent which block, and which requests for it are out. The blocks themselves are in a
 * buffer of the caller's. For one thread at a time.
 */
final class Assembly {

    /** No source: the block is missing. */
    static final int NOBODY = -1;

    /** No source: the block is here already, as far as is known. */
    private static final int HERE = -2;

    /** Where a chunk is on its way. */
    enum Stage {
        /** Blocks are missing. */
        FILLING,
        /** All blocks are there; the caller hashes and writes. */
        VERIFYING,
        /** The chunk was wrong and several sources sent it; the caller fetches its leaf hashes. */
        AWAITING_LEAVES
    }

    final int chunk;
    final int blockCount;
    final List<Outstanding> outstanding = new ArrayList<>(2);
    Stage stage = Stage.FILLING;
    long stageSinceNanos;
    /** Only one source at a time may send it, so that a second failure has one culprit. */
    boolean exclusive;
    /** Whether the blocks that are here are still to be read into the buffer. */
    boolean filling;

    private final ChunkLayout layout;
    private final int[] sentBy;
    private final int[] claimedBy;
    private final byte[] requests;
    private int missing;

    Assembly(ChunkLayout layout, int chunk) {
        this.layout = layout;
        this.chunk = chunk;
        this.blockCount = layout.blocks(chunk);
        this.sentBy = new int[blockCount];
        this.claimedBy = new int[blockCount];
        this.requests = new byte[blockCount];
        Arrays.fill(sentBy, NOBODY);
        Arrays.fill(claimedBy, NOBODY);
        this.missing = blockCount;
    }

    int bytes(int firstBlock, int endBlock) {
        return endBlock <= firstBlock ? 0 : layout.size(chunk, firstBlock, endBlock - firstBlock);
    }

    int chunkBytes() {
        return layout.size(chunk);
    }

    int missing() {
        return missing;
    }

    boolean hasUnrequested() {
        return firstUnrequested(0) >= 0;
    }

    /** Whether nothing of it is there, requested or being read: it may go back to the chunks that are not begun. */
    boolean isUntouched() {
        return missing == blockCount && outstanding.isEmpty() && !isClaimed();
    }

    private boolean isClaimed() {
        for (int source : claimedBy) {
            if (source != NOBODY) {
                return true;
            }
        }
        return false;
    }

    int sender(int block) {
        return sentBy[block];
    }

    /** Whether all blocks of a range are missing and nobody is reading one of them. */
    boolean isFree(int firstBlock, int endBlock) {
        for (int block = firstBlock; block < endBlock; block++) {
            if (sentBy[block] != NOBODY || claimedBy[block] != NOBODY) {
                return false;
            }
        }
        return stage == Stage.FILLING;
    }

    void claim(int source, int firstBlock, int endBlock) {
        Arrays.fill(claimedBy, firstBlock, endBlock, source);
    }

    void unclaim(int source) {
        for (int block = 0; block < blockCount; block++) {
            if (claimedBy[block] == source) {
                claimedBy[block] = NOBODY;
            }
        }
    }

    boolean isClaimedBy(int source, int firstBlock, int endBlock) {
        for (int block = firstBlock; block < endBlock; block++) {
            if (claimedBy[block] != source) {
                return false;
            }
        }
        return true;
    }

    void received(int source, int firstBlock, int endBlock) {
        for (int block = firstBlock; block < endBlock; block++) {
            if (sentBy[block] == NOBODY) {
                sentBy[block] = source;
                missing--;
            }
            claimedBy[block] = NOBODY;
        }
    }

    /** Some blocks are here and need not be requested. */
    void here(BitSet blocks) {
        filling = true;
        blocks.stream().forEach(block -> {
            sentBy[block] = HERE;
            missing--;
        });
    }

    /** Makes the blocks missing that were here. Returns whether there were any. */
    boolean forgetHere() {
        int before = missing;
        filling = false;
        for (int block = 0; block < blockCount; block++) {
            if (sentBy[block] == HERE) {
                reset(block, block + 1);
            }
        }
        return missing > before;
    }

    /** Makes blocks missing again. */
    void reset(int firstBlock, int endBlock) {
        for (int block = firstBlock; block < endBlock; block++) {
            if (sentBy[block] != NOBODY) {
                sentBy[block] = NOBODY;
                missing++;
            }
        }
    }

    void requested(int firstBlock, int endBlock, int by) {
        for (int block = firstBlock; block < endBlock; block++) {
            requests[block] += (byte) by;
        }
    }

    /** How often a block is requested at the moment. */
    int requests(int block) {
        return requests[block];
    }

    /** The first missing block at or after {@code from} that nobody was asked for and nobody is sending; or −1. */
    int firstUnrequested(int from) {
        for (int block = from; block < blockCount; block++) {
            if (isUnrequested(block)) {
                return block;
            }
        }
        return -1;
    }

    boolean isUnrequested(int block) {
        return sentBy[block] == NOBODY && requests[block] == 0 && claimedBy[block] == NOBODY;
    }

    /** The sources that sent its blocks, each once. */
    List<Integer> senders() {
        List<Integer> senders = new ArrayList<>();
        for (int source : sentBy) {
            if (source >= 0 && !senders.contains(source)) {
                senders.add(source);
            }
        }
        return senders;
    }

    /** Whether a source may be asked for blocks, as far as this chunk's own rule goes. */
    boolean admits(int source) {
        if (!exclusive) {
            return true;
        }
        for (int block = 0; block < blockCount; block++) {
            if (sentBy[block] != NOBODY && sentBy[block] != source) {
                return false;
            }
        }
        return outstanding.stream().allMatch(request -> request.source.id == source);
    }
}
