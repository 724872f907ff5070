package dev.shoal.swarm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        final int firstBlock;
        final long sinceNanos;
        /** Requests are numbered as they come; what is left of one that was cut has its number, too. */
        final long number;

        int nextBlock;
        int endBlock;
        boolean begun;

        /** What {@link UploadGroup} knows of its copies. */
        int knownCopies;

        boolean isGone;
        private final Bits had;

        Waiting(UploadQueue queue, ContentSpread spread, int content, BlockRange range, long sinceNanos, long number) {
            this.queue = queue;
            this.spread = spread;
            this.had = spread.holding(queue.peer);
            this.content = content;
            this.chunk = range.chunk();
            this.firstBlock = range.firstBlock();
            this.nextBlock = range.firstBlock();
            this.endBlock = range.endBlock();
            this.sinceNanos = sinceNanos;
            this.number = number;
        }

        /** How many others are known to have its chunk. */
        int copies() {
            return spread.copies(chunk, had);
        }

        /** Whether it has waited too long. */
        boolean isOverdue(long nowNanos) {
            return nowNanos - sinceNanos > Uploads.MAX_WAIT_NANOS;
        }

        /** Whether it came before another one of its content, or is the front part of the same. */
        boolean isBefore(Waiting other) {
            return number < other.number || (number == other.number && firstBlock < other.firstBlock);
        }

        /** How much of it comes before a block and is not sent yet, in bytes. */
        int bytes(int end) {
            return spread.layout.size(chunk, nextBlock, end - nextBlock);
        }
    }

    final int peer;
    /** What waits, by content; those with nothing are not kept. */
    private final Map<Integer, UploadGroup> groups = new LinkedHashMap<>();

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

    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** The contents of which something waits, with what does. */
    Map<Integer, UploadGroup> groups() {
        return groups;
    }

    void add(Waiting request) {
        groups.computeIfAbsent(request.content, any -> new UploadGroup(request.spread))
                .add(request);
    }

    /** What is left of a request behind a part that is not wanted any more keeps its place. */
    void addBehind(Waiting request, Waiting rest) {
        UploadGroup group = groups.get(request.content);
        if (group != null) {
            group.addBehind(request, rest);
        }
    }

    /** A part of a request was sent. */
    void begin(Waiting request) {
        UploadGroup group = groups.get(request.content);
        if (group != null) {
            group.begin(request);
        }
    }

    /** A request waits no more. */
    void remove(Waiting request) {
        UploadGroup group = groups.get(request.content);
        if (group != null) {
            group.remove(request);
            if (group.isEmpty()) {
                groups.remove(request.content);
            }
        }
    }

    /** What waits of a content, in the order in which it came. */
    List<Waiting> waiting(int content) {
        UploadGroup group = groups.get(content);
        return group == null ? List.of() : group.waiting();
    }

    /** Nothing of a content is wanted any more. Returns whether something was. */
    boolean forget(int content) {
        return groups.remove(content) != null;
    }

    /** Counts anew what waits. */
    void recount() {
        waitingBytes = 0;
        for (UploadGroup group : groups.values()) {
            for (Waiting request : group.waiting()) {
                waitingBytes += request.bytes(request.endBlock);
            }
        }
    }

    /** The parts of a range of which no block waits. */
    List<BlockRange> notWaiting(int content, BlockRange range) {
        List<Waiting> waiting = waiting(content);
        if (waiting.stream().noneMatch(request -> request.chunk == range.chunk())) {
            return List.of(range);
        }
        BitSet fresh = new BitSet();
        fresh.set(range.firstBlock(), range.endBlock());
        for (Waiting request : waiting) {
            if (request.chunk == range.chunk()) {
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
