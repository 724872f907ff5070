package dev.shoal.peer;

import java.util.concurrent.TimeUnit;

/**
 * How long a download fetches nothing, since it may come out that it is here. As long as files here are being cut, that
 * depends on their length: it takes a second or two a gigabyte, unless disk and processors are busy with something
 * else, and then to receive as much would take long, too. After that it depends on what the others say. For one thread
 * at a time.
 */
final class PlanWait {

    /** How long it waits for the content's segments, and so much longer for each gigabyte: a source cuts it, too. */
    private static final long PLAN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long PLAN_NANOS_A_GIGABYTE = TimeUnit.SECONDS.toNanos(25);
    private static final long MOST_PLAN_NANOS = TimeUnit.SECONDS.toNanos(120);

    /** How long it waits for each gigabyte of the files here to be cut. */
    private static final long CUT_NANOS_A_GIGABYTE = TimeUnit.SECONDS.toNanos(40);

    private static final long MOST_CUT_NANOS = TimeUnit.MINUTES.toNanos(5);

    /**
     * How long it waits while there are sources and none can be asked: only who has everything has a table, and not
     * each one.
     */
    private static final long SEED_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final double GIGABYTE = 1L << 30;

    private final long planNanos;
    private final long cutUntilNanos;
    private boolean isCut;
    private long cutAtNanos;
    private boolean isSourced;
    private long sourcedAtNanos;

    /** Begins to wait: for a content and files of these lengths. */
    PlanWait(long contentBytes, long fileBytes, long nowNanos) {
        this.planNanos = waitNanos(contentBytes, PLAN_NANOS_A_GIGABYTE, MOST_PLAN_NANOS);
        this.cutUntilNanos = nowNanos + waitNanos(fileBytes, CUT_NANOS_A_GIGABYTE, MOST_CUT_NANOS);
    }

    private static long waitNanos(long bytes, long nanosAGigabyte, long most) {
        // A length that somebody claims may be more than time can be counted for.
        return (long) Math.min((double) most, PLAN_NANOS + bytes / GIGABYTE * nanosAGigabyte);
    }

    /** The files here are cut. */
    void cut(long nowNanos) {
        isCut = true;
        cutAtNanos = nowNanos;
    }

    /**
     * Whether it has waited long enough.
     *
     * @param hasSources whether there is anybody who could send data
     * @param canAsk whether the segments are known, or anybody is being asked for them
     */
    boolean isOver(boolean hasSources, boolean canAsk, long nowNanos) {
        if (hasSources && !isSourced) {
            isSourced = true;
            sourcedAtNanos = nowNanos;
        }
        boolean isInVain = isSourced && !canAsk && nowNanos - sourcedAtNanos > SEED_NANOS;
        boolean isLate = isCut ? nowNanos - cutAtNanos > planNanos : nowNanos - cutUntilNanos > 0;
        return isInVain || isLate;
    }
}
