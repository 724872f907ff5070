package dev.shoal.swarm;

/**
 * A run of blocks of one chunk: what is requested, sent and cancelled. Immutable.
 *
 * @param chunk number of the chunk in the content
 * @param firstBlock number of the first block in the chunk
 * @param blockCount how many blocks, at least 1
 */
public record BlockRange(int chunk, int firstBlock, int blockCount) {

    /** Checks that there is a block in it. */
    public BlockRange {
        if (chunk < 0 || firstBlock < 0 || blockCount < 1) {
            throw new IllegalArgumentException(
                    blockCount + " blocks from " + firstBlock + " of chunk " + chunk + " are no range");
        }
    }

    /** Number of the block after the last. */
    public int endBlock() {
        return firstBlock + blockCount;
    }

    /** Whether a block is in both. */
    public boolean overlaps(BlockRange other) {
        return chunk == other.chunk && firstBlock < other.endBlock() && other.firstBlock < endBlock();
    }
}
