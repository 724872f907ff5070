package dev.shoal.peer;

import dev.shoal.swarm.RateLimiter;
import java.util.concurrent.TimeUnit;

/**
 * How much a link may have read and hashed here without getting data for it. An honest downloader needs it when a chunk
 * was wrong, which is rare; without a limit, a message of a few bytes would cost 16 MiB of reading. Not thread-safe:
 * for the link's reader.
 */
final class ReadingBudget {

    /** Complaints that are looked into at once, and within each further minute. */
    static final int COMPLAINTS_A_MINUTE = 8;

    /** Data of which the leaves are made at once: four chunks of the largest size. */
    static final long LEAVES_BURST_BYTES = 64L * 1024 * 1024;

    /** The same in each further second. */
    static final long LEAVES_BYTES_A_SECOND = 1024L * 1024;

    private static final int MINUTE_MILLIS = 60_000;
    private static final int COMPLAINT_MILLIS = MINUTE_MILLIS / COMPLAINTS_A_MINUTE;

    private final RateLimiter leaves;
    /** Counted in milliseconds of a minute. */
    private final RateLimiter complaints;

    /** Nothing is used up. */
    ReadingBudget(long nowNanos) {
        this.leaves = new RateLimiter(LEAVES_BYTES_A_SECOND, LEAVES_BURST_BYTES, nowNanos);
        this.complaints = new RateLimiter(TimeUnit.SECONDS.toMillis(1), MINUTE_MILLIS, nowNanos);
    }

    /** Whether a complaint is looked into; if so, it is counted. */
    boolean takeComplaint(long nowNanos) {
        boolean allowed = complaints.available(nowNanos) >= COMPLAINT_MILLIS;
        if (allowed) {
            complaints.take(COMPLAINT_MILLIS, nowNanos);
        }
        return allowed;
    }

    /**
     * Asks to make leaves of so much data, 1 byte to 16 MiB.
     *
     * @return 0 when that may be done now, and is counted; else when to ask again, in milliseconds
     */
    int takeLeaves(long bytes, long nowNanos) {
        long wait = leaves.nanosUntil(bytes, nowNanos);
        if (wait <= 0) {
            leaves.take(bytes, nowNanos);
            return 0;
        }
        return (int) TimeUnit.NANOSECONDS.toMillis(wait) + 1;
    }
}
