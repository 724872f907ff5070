package dev.shoal.index;

/** Lets so many through for long, and a few more at once. For one thread at a time. */
final class TokenBucket {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int MILLIS_PER_SECOND = 1000;

    private final int perSecond;
    private final int burst;
    private double tokens;
    private long filledNanos;

    /** A full bucket. */
    TokenBucket(int perSecond, int burst, long nowNanos) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.filledNanos = nowNanos;
    }

    /** When it was last asked for one. */
    long filledNanos() {
        return filledNanos;
    }

    /** Takes a token. Returns 0, or in how many milliseconds there will be one. */
    int take(long nowNanos) {
        long passed = Math.max(0, nowNanos - filledNanos);
        tokens = Math.min(burst, tokens + (double) passed * perSecond / NANOS_PER_SECOND);
        filledNanos += passed;
        if (tokens >= 1) {
            tokens--;
            return 0;
        }
        return 1 + (int) ((1 - tokens) * MILLIS_PER_SECOND / perSecond);
    }

    /** What was taken last was not used. */
    void giveBack() {
        tokens = Math.min(burst, tokens + 1);
    }
}
