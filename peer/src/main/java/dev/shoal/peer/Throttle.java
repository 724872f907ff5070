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

    /** Whoever takes now and then may be late by a quarter of a second without losing anything. */
    private static final int BURSTS_A_SECOND = 4;

    /** The most that {@link RateLimiter} holds. */
    private static final long MAX_BURST_BYTES = 1L << 30;

    private final RateLimiter limiter;
    private final long burstBytes;
    private final ReentrantLock lock = new ReentrantLock();

    Throttle(long rateBytesPerSecond) {
        this(rateBytesPerSecond, BURST_BYTES);
    }

    private Throttle(long rateBytesPerSecond, long burstBytes) {
        this.burstBytes = burstBytes;
        this.limiter = new RateLimiter(rateBytesPerSecond, burstBytes, System.nanoTime());
    }

    /** For {@link #takeUpTo}, several times a second: a quarter of a second's data may go at once after a pause. */
    static Throttle ofGrants(long rateBytesPerSecond) {
        return new Throttle(
                rateBytesPerSecond, Math.clamp(rateBytesPerSecond / BURSTS_A_SECOND, BURST_BYTES, MAX_BURST_BYTES));
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
        return burstBytes;
    }

    /** Takes as much as may go now, at most so many bytes. Never waits. */
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
