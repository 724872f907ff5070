package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;
import dev.shoal.protocol.PeerPdu;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How fast data may go out: all of it together, and that of one content. Each is a {@link RateLimiter} of its own; a
 * piece is taken from both. For one thread at a time.
 */
final class UploadLimits {

    /** What may go at once after a pause at a low limit: one frame of data. More would fill slow lines' queues. */
    static final int LEAST_BURST_BYTES = PeerPdu.MAX_DATA_BYTES;

    /**
     * What may go at once at a higher limit is what flows in this time. On a busy machine a thread that waits wakes
     * some milliseconds late; what would have flowed meanwhile has to find room beside the piece that it waits for.
     */
    static final long BURST_NANOS = 50_000_000L;

    /**
     * A piece is no larger than this part of a burst, and the next one goes when a whole piece may: the rest of the
     * burst is the room for what flows while somebody is late.
     */
    private static final int PIECES_OF_A_BURST = 4;

    private final Map<Integer, RateLimiter> contents = new HashMap<>();
    private @Nullable RateLimiter total;

    /** Limits everything together; {@link RateLimiter#UNLIMITED} to end that. */
    void limit(long rateBytesPerSecond, long nowNanos) {
        total = changed(total, rateBytesPerSecond, nowNanos);
    }

    /** Limits a content; {@link RateLimiter#UNLIMITED} to end that. */
    void limit(int content, long rateBytesPerSecond, long nowNanos) {
        contents.compute(content, (key, limiter) -> changed(limiter, rateBytesPerSecond, nowNanos));
    }

    /** A content is no longer served. */
    void forget(int content) {
        contents.remove(content);
    }

    private static @Nullable RateLimiter changed(@Nullable RateLimiter limiter, long rate, long nowNanos) {
        if (rate > RateLimiter.MAX_RATE) {
            return null;
        }
        long burst = RateLimiter.burstBytes(rate, LEAST_BURST_BYTES, BURST_NANOS);
        if (limiter == null) {
            return new RateLimiter(rate, burst, nowNanos);
        }
        limiter.rate(rate, burst, nowNanos);
        return limiter;
    }

    /** How many blocks of a content a piece has at most. */
    int pieceBlocks(int content) {
        return pieceBytes(content) / ChunkLayout.BLOCK_BYTES;
    }

    /** The same in bytes. */
    int pieceBytes(int content) {
        return Math.min(pieceBytes(total), pieceBytes(contents.get(content)));
    }

    /** How long until the limit of all lets the next piece go, whatever it is; 0 for now. */
    long nanosUntil(long nowNanos) {
        return nanosUntil(total, nowNanos);
    }

    /**
     * How long until the limit of a content lets its next piece go; 0 for now. It is the same for small and large
     * pieces, or small ones would use the limit up before a large one may go.
     */
    long nanosUntil(int content, long nowNanos) {
        return contents.isEmpty() ? 0 : nanosUntil(contents.get(content), nowNanos);
    }

    private static long nanosUntil(@Nullable RateLimiter limiter, long nowNanos) {
        return limiter == null ? 0 : limiter.nanosUntil(pieceBytes(limiter), nowNanos);
    }

    private static int pieceBytes(@Nullable RateLimiter limiter) {
        return limiter == null
                ? PeerPdu.MAX_DATA_BYTES
                : (int) Math.min(PeerPdu.MAX_DATA_BYTES, limiter.burstBytes() / PIECES_OF_A_BURST);
    }

    /** A piece of a content goes; both limits let it. */
    void take(int content, int bytes, long nowNanos) {
        RateLimiter limiter = contents.get(content);
        if (limiter != null) {
            limiter.take(bytes, nowNanos);
        }
        if (total != null) {
            total.take(bytes, nowNanos);
        }
    }
}
