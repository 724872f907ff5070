package dev.shoal.swarm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What one downloader has requested and not got yet, and how much it got lately. For one thread at a time. */
final class UploadQueue {

    /** After this time without data, what a peer got counts only 1/e: fairness is about now, not about yesterday. */
    private static final double MEMORY_NANOS = 10e9;

    /** A request that waits. */
    static final class Waiting {
        final UploadQueue queue;
        final ContentSpread spread;
        final int content;
        final int chunk;
        final long sinceNanos;
        final long number;
        int nextBlock;
        int endBlock;
        boolean begun;
        private final Bits had;

        Waiting(UploadQueue queue, ContentSpread spread, int content, BlockRange range, long sinceNanos, long number) {
            this.queue = queue;
            this.spread = spread;
            this.had = spread.holding(queue.peer);
            this.content = content;
            this.chunk = range.chunk();
            this.nextBlock = range.firstBlock();
            this.endBlock = range.endBlock();
            this.sinceNanos = sinceNanos;
            this.number = number;
        }

        /** How many others are known to have its chunk. */
        int copies() {
            return spread.copies(chunk, had);
        }

        /** How much of it comes before a block and is not sent yet, in bytes. */
        int bytes(int end) {
            return spread.layout.size(chunk, nextBlock, end - nextBlock);
        }
    }

    final int peer;
    final List<Waiting> waiting = new ArrayList<>();
    long waitingBytes;
    boolean sending;

    private double recentBytes;
    private long recentNanos;
    /** What {@link #recentBytes} was when it was asked for last: many requests are compared at one moment. */
    private double knownBytes;

    private long knownNanos;

    UploadQueue(int peer, long nowNanos) {
        this.peer = peer;
        this.recentNanos = nowNanos;
        this.knownNanos = nowNanos;
    }

    /** The parts of a range of which no block waits. */
    List<BlockRange> notWaiting(int content, BlockRange range) {
        if (waiting.stream().noneMatch(request -> request.content == content && request.chunk == range.chunk())) {
            return List.of(range);
        }
        BitSet fresh = new BitSet();
        fresh.set(range.firstBlock(), range.endBlock());
        for (Waiting request : waiting) {
            if (request.content == content && request.chunk == range.chunk()) {
                fresh.clear(request.nextBlock, request.endBlock);
            }
        }
        List<BlockRange> parts = new ArrayList<>();
        for (int first = fresh.nextSetBit(0); first >= 0; ) {
            int end = fresh.nextClearBit(first);
            parts.add(new BlockRange(range.chunk(), first, end - first));
            first = fresh.nextSetBit(end);
        }
        return parts;
    }

    void sent(int bytes, long nowNanos) {
        recentBytes = recentBytes(nowNanos) + bytes;
        recentNanos = nowNanos;
        knownBytes = recentBytes;
    }

    double recentBytes(long nowNanos) {
        if (nowNanos != knownNanos) {
            knownBytes = recentBytes * Math.exp((recentNanos - nowNanos) / MEMORY_NANOS);
            knownNanos = nowNanos;
        }
        return knownBytes;
    }
}
