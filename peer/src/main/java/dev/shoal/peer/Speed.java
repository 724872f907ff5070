package dev.shoal.peer;

import org.jspecify.annotations.Nullable;

/** How far a download is, how fast, and how long it takes still, smoothed over some seconds. Thread-safe. */
final class Speed {
    private static final double SMOOTHING_SECONDS = 3;

    private long lastBytes;
    private long lastNanos;
    private double rateBytesPerSecond;
    private Report.@Nullable Progress last;

    Speed(long startBytes, long startNanos) {
        this.lastBytes = startBytes;
        this.lastNanos = startNanos;
    }

    synchronized Report.Progress report(
            String name, long totalBytes, long doneBytes, int sources, String phase, long nowNanos) {
        double seconds = (nowNanos - lastNanos) / 1e9;
        if (last == null || seconds > 0.2) {
            double now = Math.max(0, doneBytes - lastBytes) / Math.max(seconds, 1e-3);
            double weight = rateBytesPerSecond == 0 ? 1 : 1 - Math.exp(-seconds / SMOOTHING_SECONDS);
            rateBytesPerSecond += weight * (now - rateBytesPerSecond);
            lastBytes = doneBytes;
            lastNanos = nowNanos;
        }
        long rate = Math.round(rateBytesPerSecond);
        long remaining = rate <= 0 ? -1 : (totalBytes - doneBytes + rate - 1) / rate;
        last = new Report.Progress(name, doneBytes, totalBytes, rate, remaining, sources, phase);
        return last;
    }
}
