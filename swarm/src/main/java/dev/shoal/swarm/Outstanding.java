package dev.shoal.swarm;

import org.jspecify.annotations.Nullable;

/** A request that a source has not answered in full: the blocks from {@link #nextBlock} on are still to come. */
final class Outstanding {

    final Source source;
    final Assembly assembly;
    final long issuedNanos;
    /** What its source had sent in all when it was asked. */
    final long receivedBefore;
    /** The block that the request began with. */
    final int firstBlock;
    /** The next block that the source will send. */
    int nextBlock;
    /** The block after the last one. */
    int endBlock;
    /** While a frame of it is being read: the block after the frame's last; else −1. */
    int arrivingEnd = -1;
    /** When its source was asked to give it back, if it was. */
    long withdrawnNanos;
    /** Whether its source was asked to give it back. */
    boolean withdrawn;
    /** Who has kept room for it until it is given back. */
    @Nullable
    Source heir;

    Outstanding(Source source, Assembly assembly, int nextBlock, int endBlock, long issuedNanos) {
        this.source = source;
        this.assembly = assembly;
        this.firstBlock = nextBlock;
        this.nextBlock = nextBlock;
        this.endBlock = endBlock;
        this.issuedNanos = issuedNanos;
        this.receivedBefore = source.receivedBytes;
    }

    /** The first block that has not begun to come. */
    int firstIdleBlock() {
        return Math.max(nextBlock, arrivingEnd);
    }

    int bytes() {
        return assembly.bytes(nextBlock, endBlock);
    }
}
