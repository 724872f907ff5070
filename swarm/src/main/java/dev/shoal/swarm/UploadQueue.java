package dev.shoal.swarm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one downloader has requested and not got yet, and how much it got lately. For one thread at a time. */
final class UploadQueue {

    /** After this time without data, what a peer got counts only 1/e: fairness is about now, not about yesterday. */
    private static final double MEMORY_NANOS = 10e9;

    /** What everybody gets before it has shown that it takes what it asks for: a downloader's first window, twice. */
    static final long FIRST_BYTES = 256 * 1024;

    /** Whoever has taken this much without standing still reads: no system keeps as much for one that does not. */
    static final long PROVEN_BYTES = 8 * 1024 * 1024;

    /** What is requested so long after data was sent is not part of what was asked for at the beginning. */
    static final long ANSWER_NANOS = 20_000_000L;

    /** A request that waits. */
    static final class Waiting {
        final UploadQueue queue;
        final int content;
        final int chunk;
        final long sinceNanos;
        final long number;
        int nextBlock;
        int endBlock;
        boolean begun;

        Waiting(UploadQueue queue, int content, BlockRange range, long sinceNanos, long number) {
            this.queue = queue;
            this.content = content;
            this.chunk = range.chunk();
            this.nextBlock = range.firstBlock();
            this.endBlock = range.endBlock();
            this.sinceNanos = sinceNanos;
            this.number = number;
        }
    }

    final int peer;
    final List<Waiting> waiting = new ArrayList<>();
    long waitingBytes;
    /** What is on its way. */
    @Nullable
    Piece sending;
    /** Whether that has stood still for so long that it holds no slot any more. */
    boolean stalled;
    /** Whether what is on its way holds a slot of those that are not trusted. */
    boolean trial;

    /** What it took since it came, or since it stood still. */
    long takenBytes;

    private boolean met;
    private boolean stood;
    private boolean answered;
    private boolean written;
    private long writtenNanos;
    private double recentBytes;
    private long recentNanos;

    UploadQueue(int peer, long nowNanos) {
        this.peer = peer;
        this.recentNanos = nowNanos;
    }

    /**
     * Whether it takes what it asks for, as far as is known. Of somebody new that is supposed; and of whoever asks for
     * more only as it gets something, as every downloader does that feels its way towards its share.
     */
    boolean isTrusted() {
        boolean modest = !stood && waitingBytes <= FIRST_BYTES + 2 * takenBytes;
        return answered || !met || modest || takenBytes >= PROVEN_BYTES;
    }

    /** It asks for more. */
    void asked(long nowNanos) {
        answered |= written && !stalled && nowNanos - writtenNanos >= ANSWER_NANOS;
    }

    /** What was on its way was taken. */
    void taken(int bytes, long nowNanos) {
        if (!written) {
            written = true;
            writtenNanos = nowNanos;
        }
        stalled = false;
        takenBytes += bytes;
        met |= takenBytes >= FIRST_BYTES;
    }

    /** What is on its way is not taken. */
    void stall() {
        stalled = true;
        stood = true;
        met = true;
        answered = false;
        written = false;
        takenBytes = 0;
    }

    /** The parts of a range of which no block waits. */
    List<BlockRange> notWaiting(int content, BlockRange range) {
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
    }

    double recentBytes(long nowNanos) {
        return recentBytes * Math.exp((recentNanos - nowNanos) / MEMORY_NANOS);
    }
}
