package dev.shoal.swarm;

/**
 * A token bucket: over any stretch of time no more than the rate times the stretch, plus one burst, may go. Time is an
 * argument and must not go back. Not thread-safe: call it under one lock.
 *
 * <p>One that limits a part (one share) stands beside one that limits the whole: ask both with {@link
 * #available}, then {@link #take} the smaller amount from both.
 */
public final class RateLimiter {

    /** The rate that means "no limit". */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** The largest limited rate in bytes a second; above it the arithmetic would overflow, and nothing is limited. */
    public static final long MAX_RATE = 1L << 40;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** A burst holds at most this much, in bytes, for the same reason. */
    public static final long MAX_BURST_BYTES = 1L << 30;

    private long burstBytes;
    private long rateBytesPerSecond;
    private long tokens;
    /** What is left of the last token, in token-nanoseconds. */
    private long remainder;

    private long lastNanos;

    /**
     * A full bucket.
     *
     * @param rateBytesPerSecond bytes a second, at least 1, or {@link #UNLIMITED}
     * @param burstBytes what may go at once after a pause, 1 to 2^30
     */
    public RateLimiter(long rateBytesPerSecond, long burstBytes, long nowNanos) {
        this.burstBytes = checkedBurst(burstBytes);
        this.tokens = burstBytes;
        this.lastNanos = nowNanos;
        this.rateBytesPerSecond = checked(rateBytesPerSecond);
    }

    /**
     * How large a burst has to be so that who sends at a rate, and wakes late, loses nothing of it.
     *
     * @param leastBytes what it is at low rates
     * @param nanos what flows in this time it is at higher ones
     */
    public static long burstBytes(long rateBytesPerSecond, long leastBytes, long nanos) {
        double flowing = (double) rateBytesPerSecond * nanos / NANOS_PER_SECOND;
        return Math.clamp((long) flowing, leastBytes, MAX_BURST_BYTES);
    }

    private static long checkedBurst(long burst) {
        if (burst < 1 || burst > MAX_BURST_BYTES) {
            throw new IllegalArgumentException("a burst has 1 to " + MAX_BURST_BYTES + " bytes, not " + burst);
        }
        return burst;
    }

    private static long checked(long rate) {
        if (rate < 1) {
            throw new IllegalArgumentException("a limit of " + rate + " bytes a second would never end");
        }
        return rate > MAX_RATE ? UNLIMITED : rate;
    }

    /** Changes the rate from now on, and what may go at once; what was saved up for a larger burst is lost. */
    public void rate(long newRateBytesPerSecond, long newBurstBytes, long nowNanos) {
        refill(nowNanos);
        rateBytesPerSecond = checked(newRateBytesPerSecond);
        burstBytes = checkedBurst(newBurstBytes);
        tokens = Math.min(tokens, burstBytes);
        remainder = 0;
    }

    /** The rate in bytes a second, or {@link #UNLIMITED}. */
    public long rateBytesPerSecond() {
        return rateBytesPerSecond;
    }

    /** What may go at once after a pause. */
    public long burstBytes() {
        return burstBytes;
    }

    /** How many bytes may go now. */
    public long available(long nowNanos) {
        refill(nowNanos);
        return rateBytesPerSecond == UNLIMITED ? Long.MAX_VALUE : tokens;
    }

    /** Bytes go; at most as many as {@link #available} said. */
    public void take(long bytes, long nowNanos) {
        if (bytes < 0 || bytes > available(nowNanos)) {
            throw new IllegalArgumentException(bytes + " bytes of " + tokens + " allowed ones");
        }
        if (rateBytesPerSecond != UNLIMITED) {
            tokens -= bytes;
        }
    }

    /** How long until that many bytes may go (a burst at most), in nanoseconds; 0 when they may go now. */
    public long nanosUntil(long bytes, long nowNanos) {
        long missing = Math.min(bytes, burstBytes) - available(nowNanos);
        if (missing <= 0) {
            return 0;
        }
        long need = missing * NANOS_PER_SECOND - remainder;
        return (need + rateBytesPerSecond - 1) / rateBytesPerSecond;
    }

    private void refill(long nowNanos) {
        long elapsed = nowNanos - lastNanos;
        if (elapsed <= 0) {
            return;
        }
        lastNanos = nowNanos;
        if (rateBytesPerSecond == UNLIMITED) {
            tokens = burstBytes;
            return;
        }
        long untilFull = ((burstBytes - tokens) * NANOS_PER_SECOND - remainder) / rateBytesPerSecond;
        if (elapsed > untilFull) {
            tokens = burstBytes;
            remainder = 0;
            return;
        }
        long gained = elapsed * rateBytesPerSecond + remainder;
        tokens += gained / NANOS_PER_SECOND;
        remainder = gained % NANOS_PER_SECOND;
    }
}
