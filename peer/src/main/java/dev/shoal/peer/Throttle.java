package dev.shoal.peer;

import dev.shoal.swarm.RateLimiter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A rate limit that is handed out in grants: whoever may use it takes, several times a second, as much as may go by
 * then. Nobody waits for it. Thread-safe.
 */
final class Throttle {

    /** What may go at once after a pause at a low limit: one frame of data. */
    private static final long LEAST_BURST_BYTES = 256 * 1024;

    /** What flows in this time may go at once at a higher one: so late may be who takes, without losing anything. */
    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final RateLimiter limiter;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * With a rate.
     *
     * @param rateBytesPerSecond {@link Rate#UNLIMITED} for none
     */
    Throttle(long rateBytesPerSecond) {
        this.limiter = new RateLimiter(rateBytesPerSecond, burst(rateBytesPerSecond), System.nanoTime());
    }

    private static long burst(long rateBytesPerSecond) {
        return RateLimiter.burstBytes(rateBytesPerSecond, LEAST_BURST_BYTES, BURST_NANOS);
    }

    /** The rate; {@link Rate#UNLIMITED} for none. */
    long rateBytesPerSecond() {
        lock.lock();
        try {
            return limiter.rateBytesPerSecond();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is a limit. */
    boolean isLimited() {
        lock.lock();
        try {
            return limiter.rateBytesPerSecond() != RateLimiter.UNLIMITED;
        } finally {
            lock.unlock();
        }
    }

    /** What may go at once after a pause. */
    long burstBytes() {
        lock.lock();
        try {
            return limiter.burstBytes();
        } finally {
            lock.unlock();
        }
    }

    /** How much may go now, at most so many bytes; takes nothing. */
    long upTo(long bytes) {
        lock.lock();
        try {
            return Math.clamp(limiter.available(System.nanoTime()), 0, Math.max(0, bytes));
        } finally {
            lock.unlock();
        }
    }

    /** Takes as much as may go now, at most so many bytes. */
    long takeUpTo(long bytes) {
        lock.lock();
        try {
            long now = System.nanoTime();
            long taken = Math.clamp(limiter.available(now), 0, Math.max(0, bytes));
            limiter.take(taken, now);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Changes the rate. What was saved up while there was none is not more than a burst. */
    void rate(long bytesPerSecond) {
        lock.lock();
        try {
            limiter.rate(bytesPerSecond, burst(bytesPerSecond), System.nanoTime());
        } finally {
            lock.unlock();
        }
    }
}
