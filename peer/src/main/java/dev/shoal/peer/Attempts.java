package dev.shoal.peer;

import dev.shoal.protocol.ErrorCode;
import java.util.concurrent.TimeUnit;

/**
 * When to ask an index again that refused: later each time, and not at all when the answer would be the same. Not
 * thread-safe but for visibility: whoever asks does so one after the other.
 */
final class Attempts {

    static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Refusals that time does not change. */
    private static final ErrorCode[] LASTING = {
        ErrorCode.MALFORMED,
        ErrorCode.UNSUPPORTED,
        ErrorCode.NOT_FOUND,
        ErrorCode.FORBIDDEN,
        ErrorCode.NAME_TAKEN,
        ErrorCode.NAME_OWNED,
        ErrorCode.STALE_VERSION,
        ErrorCode.BAD_RECORD,
        ErrorCode.TOO_LARGE
    };

    private volatile boolean over;
    private volatile long notBeforeNanos;
    private volatile long pauseNanos = FIRST_PAUSE_NANOS;

    /** From now on. */
    Attempts(long nowNanos) {
        this.notBeforeNanos = nowNanos;
    }

    /** Whether to ask now. */
    boolean isDue(long nowNanos) {
        return !over && nowNanos - notBeforeNanos >= 0;
    }

    /** The index took it. */
    void succeeded() {
        over = true;
    }

    /** What it took is gone there: it is to be asked again. */
    void again(long nowNanos) {
        notBeforeNanos = nowNanos;
        over = false;
    }

    /** The index refused, or did not answer. */
    void failed(PeerException cause, long nowNanos) {
        over = cause.isRefusal(LASTING);
        notBeforeNanos = nowNanos + pauseNanos;
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
    }
}
