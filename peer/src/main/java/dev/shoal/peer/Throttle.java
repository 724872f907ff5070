package dev.shoal.peer;

import dev.shoal.swarm.RateLimiter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** A rate limit that makes its callers wait. Thread-safe; virtual threads. */
final class Throttle {

    /** What may go at once after a pause: one frame of data. */
    private static final long BURST_BYTES = 256 * 1024;

    /** How long a wait lasts at most before the rate is looked at again: it may have been raised. */
    private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final RateLimiter limiter;
    private final ReentrantLock lock = new ReentrantLock();

    Throttle(long rateBytesPerSecond) {
        this.limiter = new RateLimiter(rateBytesPerSecond, BURST_BYTES, System.nanoTime());
    }

    /** Changes the rate. */
    void rate(long bytesPerSecond) {
        lock.lock();
        try {
            limiter.rate(bytesPerSecond, System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** Waits until so many bytes may go. */
    void acquire(int bytes) {
        long wait = tryAcquire(bytes);
        while (wait > 0) {
            LockSupport.parkNanos(Math.min(wait, MAX_WAIT_NANOS));
            wait = tryAcquire(bytes);
        }
    }

    /** How long to wait before asking again whether so many bytes may go, in nanoseconds; takes nothing. */
    long nanosUntil(int bytes) {
        lock.lock();
        try {
            return Math.min(limiter.nanosUntil(bytes, System.nanoTime()), MAX_WAIT_NANOS);
        } finally {
            lock.unlock();
        }
    }

    /** Takes so many bytes if they may go now; else says how long to wait, in nanoseconds. */
    private long tryAcquire(int bytes) {
        lock.lock();
        try {
            long now = System.nanoTime();
            long wait = limiter.nanosUntil(bytes, now);
            if (wait <= 0) {
                limiter.take(Math.min(bytes, limiter.available(now)), now);
            }
            return wait;
        } finally {
            lock.unlock();
        }
    }
}
