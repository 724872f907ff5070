package dev.shoal.index;

/**
 * When peers whose registrations the index does not know may register anew: one after the other at a steady rate, so
 * that a hundred thousand that meet a restarted index come back without a storm. For one thread at a time.
 */
final class RestateSchedule {

    /** So many contents count as one peer of the rate: about what one takes that shares a folder. */
    static final int CONTENTS_PER_PLACE = 128;

    /** A peer with very many contents does not keep all others waiting for longer than so many usual ones. */
    static final int MAX_PLACES = 1_000;

    /** Nobody is told to wait for longer, in nanoseconds: by then, the schedule is worth less than the data. */
    private static final long MAX_WAIT_NANOS = 600_000_000_000L;

    private final long placeNanos;
    private long nextNanos = Long.MIN_VALUE;

    RestateSchedule(int perSecond) {
        this.placeNanos = 1_000_000_000L / perSecond;
    }

    /** Takes the next free time for a peer with so many contents. Returns it, in nanoseconds of the caller's clock. */
    long reserve(int contents, long nowNanos) {
        long at = Math.max(nowNanos, nextNanos);
        if (at - nowNanos > MAX_WAIT_NANOS) {
            return nowNanos + MAX_WAIT_NANOS;
        }
        nextNanos = at + placeNanos * Math.clamp(contents / CONTENTS_PER_PLACE, 1, MAX_PLACES);
        return at;
    }
}
