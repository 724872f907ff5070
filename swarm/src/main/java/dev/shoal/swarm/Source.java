package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source as one download sees it: what it has, what it was asked for, how fast it is, and from that how much it is
 * asked for at once. The window opens like TCP's slow start while answers come quickly, and then holds the time
 * from request to answer between {@link #TARGET_NANOS} and twice that. For one thread at a time.
 */
final class Source {

    /** What a request should take from asking to its last byte; a window then holds that much of the rate. */
    static final long TARGET_NANOS = 500_000_000L;

    /** The most that is requested from one source, in bytes: 16 MiB are 4 ms of a 32 Gbit/s loopback. */
    static final int MAX_WINDOW_BYTES = 16 * 1024 * 1024;

    /** The first window in bytes: two of the smallest chunks. */
    static final int FIRST_WINDOW_BYTES = 2 * ChunkLayout.MIN_CHUNK_BYTES;

    /** Fewer requests than this leave a source idle between answer and next request. */
    static final int MIN_REQUESTS = 2;

    /** With so many requests under way new ones are made in groups. */
    private static final int MANY_REQUESTS = 8;

    /** A group is made when less than this share of the window is under way. */
    private static final double REFILL_SHARE = 0.875;

    /** The largest request in bytes. */
    static final int MAX_REQUEST_BYTES = 1024 * 1024;

    /** Below this rate a source is asked for less than the smallest chunk at once: 64 KiB would take 4 s. */
    static final int SLOW_BYTES_PER_SECOND = 16 * 1024;

    /** Over how much busy time a rate is measured. */
    private static final long SAMPLE_NANOS = 400_000_000L;

    /** How long a source that has not sent anything yet is supposed to need for its first answer. */
    private static final long UNKNOWN_NANOS = 100_000_000L;

    private static final double SAMPLE_WEIGHT = 0.4;
    private static final double NANOS_PER_SECOND = 1e9;

    final int id;
    int limitBytes;
    /** Whether it is being asked for more until its window is full. */
    boolean filling;

    final Bits has;
    final List<Outstanding> outstanding = new ArrayList<>();
    boolean countedAsFull;
    long outstandingBytes;
    long receivedBytes;
    long wastedBytes;
    /** Data that was cancelled and may come all the same. */
    long cancelledBytes;
    /** Requests for which room is kept until another source gives them back. */
    int incoming;
    /** Refusals since the last useful data. */
    int refusals;

    /** How often it said that it is busy since the last useful data. */
    int busyTimes;

    /** Withdrawals that it left unanswered since the last useful data. */
    int misses;

    long lastHeardNanos;
    long lastDataNanos;
    /** Version of the pool when it had nothing for this source. */
    long nothingAtVersion = -1;

    long nextStealNanos;
    /** When it becomes askable again after it said that it is busy. */
    long pausedUntilNanos;

    @Nullable
    DropReason dropped;

    private double windowBytes = FIRST_WINDOW_BYTES;
    private boolean slowStart = true;
    private double rate;
    private long sampleStartNanos;
    private long sampleBytes;
    private long idleSinceNanos;

    Source(int id, int chunkCount, int limitBytes, long nowNanos) {
        this.id = id;
        this.limitBytes = limitBytes;
        this.has = new Bits(chunkCount);
        this.lastHeardNanos = nowNanos;
        this.lastDataNanos = nowNanos;
        this.idleSinceNanos = nowNanos;
        this.sampleStartNanos = nowNanos;
        this.nextStealNanos = nowNanos;
        this.pausedUntilNanos = nowNanos;
    }

    boolean hasRoom(long nowNanos) {
        return dropped == null
                && nowNanos - pausedUntilNanos >= 0
                && (outstandingBytes + incoming * (long) ChunkLayout.MIN_CHUNK_BYTES < fillMark()
                        || outstanding.size() + incoming < MIN_REQUESTS)
                && outstandingBytes + ChunkLayout.BLOCK_BYTES <= limitBytes;
    }

    /**
     * Up to how much is requested. With many requests under way it is asked for several more at a time when an eighth
     * of the window is free: a message and the waking of two threads for each would cost as much as the data.
     */
    private double fillMark() {
        return filling || outstanding.size() < MANY_REQUESTS ? windowBytes : windowBytes * REFILL_SHARE;
    }

    /** How many blocks the next request may have. */
    int requestBlocks() {
        double perRequest = rate == 0 ? FIRST_WINDOW_BYTES / 2.0 : rate * TARGET_NANOS / NANOS_PER_SECOND;
        int least = rate > 0 && rate < SLOW_BYTES_PER_SECOND ? ChunkLayout.BLOCK_BYTES : ChunkLayout.MIN_CHUNK_BYTES;
        long bytes = Math.clamp((long) perRequest, least, MAX_REQUEST_BYTES);
        long room = limitBytes - outstandingBytes;
        return (int) Math.max(1, Math.min(bytes, room) / ChunkLayout.BLOCK_BYTES);
    }

    int requestBytes() {
        return requestBlocks() * ChunkLayout.BLOCK_BYTES;
    }

    void issued(Outstanding request, long nowNanos) {
        if (outstanding.isEmpty()) {
            long idle = nowNanos - idleSinceNanos;
            sampleStartNanos += idle;
            lastDataNanos += idle;
        }
        outstanding.add(request);
        outstandingBytes += request.bytes();
    }

    void removed(Outstanding request, long nowNanos) {
        outstanding.remove(request);
        outstandingBytes -= request.bytes();
        if (outstanding.isEmpty()) {
            idleSinceNanos = nowNanos;
        }
    }

    /** Useful data came. */
    void received(int bytes, long nowNanos) {
        receivedBytes += bytes;
        sampleBytes += bytes;
        lastDataNanos = nowNanos;
        refusals = 0;
        busyTimes = 0;
        misses = 0;
        long elapsed = nowNanos - sampleStartNanos;
        boolean first = rate == 0 && sampleBytes >= FIRST_WINDOW_BYTES / 2 && elapsed > 0;
        if (elapsed >= SAMPLE_NANOS || first) {
            double sample = sampleBytes * NANOS_PER_SECOND / elapsed;
            rate = rate == 0 ? sample : rate + SAMPLE_WEIGHT * (sample - rate);
            sampleStartNanos = nowNanos;
            sampleBytes = 0;
        }
    }

    /** A request was answered in full; {@code windowFull} when the window kept more from being requested. */
    void answered(int bytes, long tookNanos, boolean windowFull) {
        if (tookNanos < TARGET_NANOS) {
            if (windowFull) {
                windowBytes += slowStart ? bytes : bytes * (bytes / windowBytes);
            }
        } else {
            slowStart = false;
            if (tookNanos > 2 * TARGET_NANOS) {
                windowBytes -= bytes / 2.0;
            }
        }
        windowBytes = Math.clamp(windowBytes, FIRST_WINDOW_BYTES / 4, MAX_WINDOW_BYTES);
    }

    boolean isWindowFull() {
        return outstandingBytes >= windowBytes * 0.75 || outstanding.size() <= MIN_REQUESTS;
    }

    long rateBytesPerSecond() {
        return (long) rate;
    }

    /** How long it will take, from now on, to send that much; a silence counts against its measured rate. */
    double expectedNanos(long bytes, long nowNanos) {
        long silence = outstanding.isEmpty() ? 0 : nowNanos - lastDataNanos;
        if (rate == 0) {
            return Math.max((double) UNKNOWN_NANOS, 2 * (double) silence);
        }
        double expected = (double) bytes * NANOS_PER_SECOND / rate;
        return silence > TARGET_NANOS ? Math.max(expected, (double) silence * bytes / FIRST_WINDOW_BYTES) : expected;
    }

    SourceReport report() {
        return new SourceReport(id, receivedBytes, wastedBytes, (long) rate, has.count(), outstandingBytes, dropped);
    }
}
