package dev.shoal.index;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A number of which only the hundreds are shown, and what it was up to ten minutes ago: so coarse that nobody can tell
 * from it that somebody has just done something which he hides. Thread-safe.
 */
final class CoarseCount {

    /** What is shown is a multiple of it. */
    static final int STEP = 100;

    /** For how long what was looked up is shown. */
    static final long OLD_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final LongSupplier exact;
    private final LongSupplier nanoClock;
    private long lookedUpNanos;
    private long shown;

    /** Of a number that is quickly told. */
    CoarseCount(LongSupplier exact, LongSupplier nanoClock) {
        this.exact = exact;
        this.nanoClock = nanoClock;
        this.lookedUpNanos = nanoClock.getAsLong();
        this.shown = exact.getAsLong();
    }

    /** Below which hundred it is; 100 for none as for 99. */
    synchronized long below() {
        return below(full());
    }

    /** The next full hundred above a number. */
    static long below(long exact) {
        return (exact / STEP + 1) * STEP;
    }

    /** How much it is in full hundreds. */
    synchronized long full() {
        long now = nanoClock.getAsLong();
        if (now - lookedUpNanos > OLD_NANOS) {
            lookedUpNanos = now;
            shown = exact.getAsLong();
        }
        return shown / STEP * STEP;
    }
}
