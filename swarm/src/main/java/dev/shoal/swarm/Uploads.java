package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkRun;
import dev.shoal.swarm.UploadQueue.Waiting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is served next. All requests of all downloaders of all contents wait here; {@link #next} names the piece that
 * spreads its content fastest: requests that have waited too long first, then chunks that have been begun for their
 * downloader (only a whole chunk can be passed on), then the chunk with the fewest copies known elsewhere (so a first
 * seed sends each chunk once before any twice), then the downloader that got least lately. What a content's own limit
 * holds back is passed over; the limit of all holds everything back. Not thread-safe: call it under one lock.
 *
 * <p>The caller has some senders; each asks {@code next}, writes the piece, and says {@link #sent}. There is never more
 * than one piece of a downloader on its way, and never more than {@link #slots} in all.
 */
public final class Uploads {

    /** A request that has waited for this long is served before those that would spread the content faster. */
    public static final long MAX_WAIT_NANOS = 10_000_000_000L;

    /** Most downloaders at a time; more connections than that are not held. */
    public static final int MAX_PEERS = 16_384;

    /** What {@link #pauseNanos} says when no limit holds anything back. */
    public static final long NO_PAUSE = Long.MAX_VALUE;

    private final long limitBytes;
    private final Map<Integer, ContentSpread> contents = new HashMap<>();
    private final Map<Integer, UploadQueue> queues = new LinkedHashMap<>();
    private final SlotControl control;
    private final UploadLimits limits = new UploadLimits();
    private final UploadChoice choice = new UploadChoice(limits);
    private int sending;
    private long requestNumber;

    /**
     * Nothing is served yet.
     *
     * @param leastSlots how many pieces may be on their way at a time, 1 to 64; more when slow receivers leave the link
     *     idle. 2 is good
     * @param limitBytes how much data one peer may have requested and not yet got, as told to it in {@code h}
     */
    public Uploads(int leastSlots, long limitBytes) {
        this.limitBytes = limitBytes;
        this.control = new SlotControl(leastSlots);
    }

    /** How many pieces may be on their way at the moment. */
    public int slots() {
        return control.slots();
    }

    /** A content is served from now on, under a number of the caller's. */
    public void contentAdded(int content, ChunkLayout layout) {
        contents.putIfAbsent(content, new ContentSpread(layout));
    }

    /** A content is no longer served; requests for it are forgotten. */
    public void contentRemoved(int content) {
        contents.remove(content);
        limits.forget(content);
        queues.keySet().forEach(peer -> contentClosed(peer, content));
    }

    /** A peer wants nothing more of a content; what it has requested is forgotten. */
    public void contentClosed(int peer, int content) {
        UploadQueue queue = queues.get(peer);
        if (queue != null && queue.forget(content)) {
            queue.recount();
        }
    }

    /** Limits everything that is sent, in bytes a second; {@link RateLimiter#UNLIMITED} to end that. */
    public void limit(long rateBytesPerSecond, long nowNanos) {
        limits.limit(rateBytesPerSecond, nowNanos);
    }

    /** Limits what is sent of one content that is served. */
    public void limit(int content, long rateBytesPerSecond, long nowNanos) {
        if (contents.containsKey(content)) {
            limits.limit(content, rateBytesPerSecond, nowNanos);
        }
    }

    /**
     * A peer is connected and may request.
     *
     * @param peer a handle of the caller's, one a connection
     */
    public void peerAdded(int peer, long nowNanos) {
        if (queues.size() >= MAX_PEERS) {
            throw new IllegalStateException(MAX_PEERS + " peers are served already");
        }
        queues.putIfAbsent(peer, new UploadQueue(peer, nowNanos));
    }

    /** A peer is gone with all that it requested; the piece on its way to it, if any, counts as sent. */
    public void peerGone(int peer) {
        UploadQueue queue = queues.remove(peer);
        if (queue != null && queue.sending) {
            sending--;
        }
        contents.values().forEach(spread -> spread.forget(peer));
    }

    /** A peer said that it has chunks of a content ({@code M}). Chunks past the end are not looked at. */
    public void peerHas(int peer, int content, Collection<ChunkRun> runs) {
        ContentSpread spread = contents.get(content);
        if (spread != null && queues.containsKey(peer)) {
            Bits holding = spread.holding(peer);
            for (ChunkRun run : runs) {
                spread.credit(holding, Math.max(0, run.first()), Math.min(run.end(), spread.layout.chunkCount()));
            }
        }
    }

    /** A request has come ({@code G}). Of its blocks, those that wait already neither count nor are sent twice. */
    public Verdict requested(int peer, int content, BlockRange range, long nowNanos) {
        UploadQueue queue = queues.get(peer);
        ContentSpread spread = contents.get(content);
        if (queue == null || spread == null) {
            return Verdict.UNKNOWN;
        }
        if (range.chunk() >= spread.layout.chunkCount() || range.endBlock() > spread.layout.blocks(range.chunk())) {
            return Verdict.OUTSIDE;
        }
        List<BlockRange> fresh = queue.notWaiting(content, range);
        if (fresh.isEmpty()) {
            return Verdict.DUPLICATE;
        }
        int bytes = fresh.stream()
                .mapToInt(part -> spread.layout.size(part.chunk(), part.firstBlock(), part.blockCount()))
                .sum();
        if (queue.waitingBytes + bytes > limitBytes) {
            return Verdict.OVER_LIMIT;
        }
        fresh.forEach(part -> queue.add(new Waiting(queue, spread, content, part, nowNanos, requestNumber++)));
        queue.waitingBytes += bytes;
        return Verdict.WAITS;
    }

    /**
     * Blocks are no longer wanted ({@code c}). A piece that is on its way already is sent all the same.
     *
     * @return what will not be sent now: it is confirmed to the peer ({@code c} with the reply flag)
     */
    public List<BlockRange> cancelled(int peer, int content, BlockRange range) {
        UploadQueue queue = queues.get(peer);
        if (queue == null) {
            return List.of();
        }
        List<BlockRange> withdrawn = new ArrayList<>();
        for (Waiting request : List.copyOf(queue.waiting(content))) {
            if (request.chunk == range.chunk()) {
                cut(queue, request, range, withdrawn);
            }
        }
        queue.recount();
        return withdrawn;
    }

    private static void cut(UploadQueue queue, Waiting request, BlockRange range, List<BlockRange> withdrawn) {
        int from = Math.max(request.nextBlock, range.firstBlock());
        int to = Math.min(request.endBlock, range.endBlock());
        if (from >= to) {
            return;
        }
        withdrawn.add(new BlockRange(request.chunk, from, to - from));
        if (to < request.endBlock) {
            BlockRange rest = new BlockRange(request.chunk, to, request.endBlock - to);
            queue.addBehind(
                    request,
                    new Waiting(queue, request.spread, request.content, rest, request.sinceNanos, request.number));
        }
        request.endBlock = from;
        if (request.nextBlock >= from) {
            queue.remove(request);
        }
    }

    /**
     * The piece to send now, which takes a slot until {@link #sent}; nothing when there is no slot, nobody waits, or
     * limits hold back what waits ({@link #pauseNanos}).
     */
    public Optional<Piece> next(long nowNanos) {
        if (sending >= control.slots()) {
            if (choice.isAllowed(queues.values(), nowNanos)) {
                control.refused();
            }
            return Optional.empty();
        }
        Waiting best = choice.best(queues.values(), nowNanos);
        if (best == null) {
            control.unused();
            return Optional.empty();
        }
        return Optional.of(send(best, nowNanos));
    }

    /**
     * How long limits hold back what waits, counted from the last {@link #next}; {@link #NO_PAUSE} when they hold
     * nothing back. What is requested meanwhile may be allowed earlier.
     */
    public long pauseNanos() {
        return sending < control.slots() ? choice.pauseNanos() : NO_PAUSE;
    }

    /**
     * Data of a content is to go out, but not to a peer: takes it from the limits, which it has in common with what
     * peers get.
     *
     * @param wantedBytes how much there is to send, at least 1
     * @return how much goes now, which was taken; or, as a negative number, how many nanoseconds limits hold it back
     */
    public long takeBeside(int content, int wantedBytes, long nowNanos) {
        long waitNanos = Math.max(limits.nanosUntil(nowNanos), limits.nanosUntil(content, nowNanos));
        if (waitNanos > 0) {
            return -waitNanos;
        }
        int bytes = Math.min(wantedBytes, limits.pieceBytes(content));
        limits.take(content, bytes, nowNanos);
        return bytes;
    }

    /** Whether somebody waits and there is a slot: {@link #next} names a piece, or limits hold it back. */
    public boolean isReady() {
        return sending < control.slots()
                && queues.values().stream().anyMatch(queue -> !queue.sending && !queue.isEmpty());
    }

    private Piece send(Waiting request, long nowNanos) {
        UploadQueue queue = request.queue;
        int end = choice.pieceEnd(request);
        int bytes = request.bytes(end);
        limits.take(request.content, bytes, nowNanos);
        Piece piece = new Piece(
                queue.peer,
                request.content,
                new BlockRange(request.chunk, request.nextBlock, end - request.nextBlock),
                bytes);
        request.nextBlock = end;
        if (end == request.endBlock) {
            queue.remove(request);
        } else {
            queue.begin(request);
        }
        queue.waitingBytes -= bytes;
        queue.sending = true;
        queue.sent(bytes, nowNanos);
        sending++;
        request.spread.credit(queue.peer, request.chunk);
        return piece;
    }

    /** A piece was written; its slot is free. */
    public void sent(Piece piece, long nowNanos) {
        control.sent(piece.bytes(), nowNanos);
        UploadQueue queue = queues.get(piece.peer());
        if (queue != null && queue.sending) {
            queue.sending = false;
            sending--;
        }
    }

    /** How many bytes wait in all. */
    long waitingBytes() {
        return queues.values().stream().mapToLong(queue -> queue.waitingBytes).sum();
    }

    /** The peers that wait for data, be it on its way: they want to be told every few seconds that this side lives. */
    public List<Integer> waitingPeers() {
        return queues.values().stream()
                .filter(queue -> queue.sending || !queue.isEmpty())
                .map(queue -> queue.peer)
                .toList();
    }

    /** How many pieces are on their way. */
    public int sendingCount() {
        return sending;
    }
}
