package dev.shoal.testkit;

/**
 * Whether what goes keeps to a rate: over any stretch of time no more than the rate times the stretch, and one burst.
 * It is told how much went in all, as often as anybody likes; what is given back may go once more. For one thread.
 */
final class RateMeter {

    private final double bytesPerSecond;
    private final long burstBytes;
    private long lastBytes;
    private long lastNanos;
    /** The most that went too fast in a stretch that ends now; below 0 where more was given back. */
    private double ahead;

    /** Nothing went yet. */
    RateMeter(long bytesPerSecond, long burstBytes, long nowNanos) {
        this.bytesPerSecond = (double) bytesPerSecond;
        this.burstBytes = burstBytes;
        this.lastNanos = nowNanos;
    }

    /** How many bytes went too many when so many went in all until now; 0 or less when all is well. */
    long over(long allBytes, long nowNanos) {
        long went = allBytes - lastBytes;
        double allowed = bytesPerSecond * (nowNanos - lastNanos) / 1e9;
        ahead = went < 0 ? ahead + went : Math.max(Math.min(ahead, 0), ahead + went - allowed);
        lastBytes = allBytes;
        lastNanos = nowNanos;
        return (long) Math.ceil(ahead - burstBytes);
    }
}
