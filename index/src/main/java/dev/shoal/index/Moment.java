package dev.shoal.index;

/**
 * A time, as the clocks of one machine show it. Immutable.
 *
 * @param nanos for durations: nanoseconds since any start, never going back
 * @param millis for people and for what outlasts the process: milliseconds since 1970
 */
public record Moment(long nanos, long millis) {

    /** Nanoseconds in a millisecond. */
    public static final long NANOS_PER_MILLI = 1_000_000;

    /** The time now. */
    public static Moment now() {
        return new Moment(System.nanoTime(), System.currentTimeMillis());
    }

    /** So many milliseconds later. */
    public Moment plusMillis(long later) {
        return new Moment(nanos + later * NANOS_PER_MILLI, millis + later);
    }
}
