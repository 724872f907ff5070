package dev.shoal.swarm;

import org.jspecify.annotations.Nullable;

/** A request that a source has not answered in full: the blocks from {@link #nextBlock} on are still to come. */
final class Outstanding {

    final Source source;
    final Assembly assembly;
    final long issuedNanos;
    /** What its source had sent in all when it was asked. */
    final long receivedBefore;
    /** The block that the request began with; later when blocks before it came from elsewhere. */
    final int firstBlock;
    /** The block that the request began with when it was made, by which its source refuses it. */
    final int askedBlock;
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
        this(source, assembly, nextBlock, nextBlock, endBlock, issuedNanos, source.receivedBytes);
    }

    private Outstanding(
            Source source,
            Assembly assembly,
            int askedBlock,
            int nextBlock,
            int endBlock,
            long issuedNanos,
            long receivedBefore) {
        this.source = source;
        this.assembly = assembly;
        this.askedBlock = askedBlock;
        this.firstBlock = nextBlock;
        this.nextBlock = nextBlock;
        this.endBlock = endBlock;
        this.issuedNanos = issuedNanos;
        this.receivedBefore = receivedBefore;
    }

    /** What stays requested from a block on when those before it are taken out. */
    Outstanding from(int block) {
        Outstanding rest = new Outstanding(source, assembly, askedBlock, block, endBlock, issuedNanos, receivedBefore);
        rest.withdrawn = withdrawn;
        rest.withdrawnNanos = withdrawnNanos;
        return rest;
    }

    /** The first block that has not begun to come. */
    int firstIdleBlock() {
        return Math.max(nextBlock, arrivingEnd);
    }

    int bytes() {
        return assembly.bytes(nextBlock, endBlock);
    }
}
