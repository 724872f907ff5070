package dev.shoal.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much was sent and received in each of the last seconds: two numbers a second, for {@value #MOST_SECONDS} of them.
 * A virtual thread of its owner looks each second, which costs two additions. Thread-safe by its monitor.
 */
final class RateHistory {

    /** Ten minutes: what a person looks back at in a chart. */
    static final int MOST_SECONDS = 600;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier sentBytes;
    private final LongSupplier receivedBytes;
    private final long[] upload = new long[MOST_SECONDS];
    private final long[] download = new long[MOST_SECONDS];
    private long seconds;
    private long untilMillis;
    private long lastNanos;
    private long lastSent;
    private long lastReceived;

    /** Of counters that only ever grow. */
    RateHistory(LongSupplier sentBytes, LongSupplier receivedBytes, long nowNanos, long nowMillis) {
        this.sentBytes = sentBytes;
        this.receivedBytes = receivedBytes;
        this.lastNanos = nowNanos;
        this.untilMillis = nowMillis;
        this.lastSent = sentBytes.getAsLong();
        this.lastReceived = receivedBytes.getAsLong();
    }

    /** About a second has passed. Where it was more, as a machine slept, what moved is spread over all of it. */
    synchronized void look(long nowNanos, long nowMillis) {
        long passed = Math.max(1, nowNanos - lastNanos);
        long sent = sentBytes.getAsLong();
        long received = receivedBytes.getAsLong();
        long slots = Math.clamp((passed + SECOND_NANOS / 2) / SECOND_NANOS, 1, MOST_SECONDS);
        for (long slot = 0; slot < slots; slot++) {
            int at = (int) (seconds % MOST_SECONDS);
            upload[at] = perSecond(sent - lastSent, passed);
            download[at] = perSecond(received - lastReceived, passed);
            seconds++;
        }
        lastNanos = nowNanos;
        lastSent = sent;
        lastReceived = received;
        untilMillis = nowMillis;
    }

    private static long perSecond(long bytes, long nanos) {
        return Math.max(0, Math.round((double) bytes * SECOND_NANOS / nanos));
    }

    /** What is known, the oldest first. */
    synchronized TaskReport.Rates report() {
        List<Long> up = new ArrayList<>();
        List<Long> down = new ArrayList<>();
        for (long second = Math.max(0, seconds - MOST_SECONDS); second < seconds; second++) {
            int at = (int) (second % MOST_SECONDS);
            up.add(upload[at]);
            down.add(download[at]);
        }
        return new TaskReport.Rates(TimeUnit.NANOSECONDS.toMillis(SECOND_NANOS), untilMillis, up, down);
    }
}
