package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/** A source in virtual time that serves an honest downloader beside strangers who ask for much and read nothing. */
final class Strangers {

    private static final int CONTENT = 1;
    private static final int HONEST = 1;
    private static final int PIECE_BYTES = 256 * 1024;
    private static final long REQUEST_LIMIT = 16L * 1024 * 1024;
    /** What two systems keep for somebody who does not read. */
    private static final long KEPT_BYTES = 2_700_000;

    private static final double BYTES_PER_NANO = 0.2;
    private static final long STALL_NANOS = 400_000_000L;
    private static final long END_NANOS = 2_000_000_000L;
    private static final int HONEST_PIECES = 80;

    private record Event(long nanos, Runnable action) {}

    private final ChunkLayout layout = new ChunkLayout(1L << 30);
    private final Uploads uploads = new Uploads(2, REQUEST_LIMIT);
    private final PriorityQueue<Event> events =
            new PriorityQueue<>((one, other) -> Long.compare(one.nanos, other.nanos));
    private final Map<Integer, Long> kept = new HashMap<>();
    private long now;
    private long lineFreeNanos;
    private int lastPeer = HONEST;
    private int asked;
    private int got;

    Strangers(int count) {
        uploads.contentAdded(CONTENT, layout);
        for (int i = 0; i < count; i++) {
            dial();
        }
    }

    private void dial() {
        int peer = ++lastPeer;
        uploads.peerAdded(peer, now);
        for (int chunk = 0; chunk < 15 * 1024 * 1024 / layout.chunkBytes(); chunk++) {
            uploads.requested(peer, CONTENT, new BlockRange(chunk, 0, layout.blocks(chunk)), now);
        }
    }

    double secondsOfAnHonestDownload() {
        serve();
        uploads.peerAdded(HONEST, now);
        long begin = now;
        ask();
        ask();
        while (got < HONEST_PIECES) {
            serve();
            Event event = events.remove();
            now = event.nanos;
            event.action.run();
        }
        return (now - begin) / 1e9;
    }

    private void ask() {
        if (asked < HONEST_PIECES) {
            int blocks = PIECE_BYTES / ChunkLayout.BLOCK_BYTES;
            int perChunk = layout.blocksPerChunk() / blocks;
            BlockRange range = new BlockRange(100 + asked / perChunk, asked % perChunk * blocks, blocks);
            asked++;
            uploads.requested(HONEST, CONTENT, range, now);
        }
    }

    private void serve() {
        for (Optional<Piece> next = uploads.next(now); next.isPresent(); next = uploads.next(now)) {
            send(next.get());
        }
    }

    private void send(Piece piece) {
        long before = kept.merge(piece.peer(), (long) piece.bytes(), Long::sum);
        if (piece.peer() != HONEST && before > KEPT_BYTES) {
            at(now + STALL_NANOS, () -> uploads.stalled(piece));
            endWhenHeldUp(piece, now + END_NANOS);
            return;
        }
        lineFreeNanos = Math.max(now, lineFreeNanos) + (long) (piece.bytes() / BYTES_PER_NANO);
        at(lineFreeNanos, () -> {
            uploads.sent(piece, now);
            if (piece.peer() == HONEST) {
                got++;
                ask();
                ask();
            }
        });
    }

    private void endWhenHeldUp(Piece piece, long nanos) {
        at(nanos, () -> {
            if (uploads.isHeldUp()) {
                uploads.peerGone(piece.peer());
                dial();
            } else {
                endWhenHeldUp(piece, now + STALL_NANOS);
            }
        });
    }

    private void at(long nanos, Runnable action) {
        events.add(new Event(nanos, action));
    }
}
