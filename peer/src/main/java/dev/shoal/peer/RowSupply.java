package dev.shoal.peer;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Which source is asked for the row of chunk hashes: one at a time. Who did not give it is left alone for a while that
 * doubles, and given up in the end. Time is an argument. Not thread-safe.
 */
final class RowSupply {

    /** How long a source may take for a page. */
    static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long a source is left alone after the first time. */
    static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How often a source may not give the row before it is given up. */
    static final int MAX_FAILURES = 4;

    private record Failures(int count, long untilNanos) {}

    private final Map<Integer, Failures> failures = new HashMap<>();
    private int asked = -1;
    private long askedNanos;

    /** Whether this source is being asked. */
    boolean isAsked(int source) {
        return asked == source;
    }

    /** A source that may be asked now, of those that have chunks; empty when one is being asked already. */
    OptionalInt next(Collection<Integer> candidates, long nowNanos) {
        if (asked >= 0) {
            return OptionalInt.empty();
        }
        return candidates.stream()
                .filter(source -> {
                    Failures known = failures.get(source);
                    return known == null || nowNanos - known.untilNanos >= 0;
                })
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    /** A source was asked. */
    void ask(int source, long nowNanos) {
        asked = source;
        askedNanos = nowNanos;
    }

    /** The source that is asked gave something new. */
    void progressed(long nowNanos) {
        askedNanos = nowNanos;
    }

    /** The source that lets this side wait for too long. */
    OptionalInt overdue(long nowNanos) {
        return asked >= 0 && nowNanos - askedNanos > DEADLINE_NANOS ? OptionalInt.of(asked) : OptionalInt.empty();
    }

    /**
     * A source did not give the row.
     *
     * @param retryNanos when it may be asked again at the earliest, as it says; else 0
     * @return whether it is to be given up
     */
    boolean failed(int source, long retryNanos, long nowNanos) {
        if (asked != source) {
            return false;
        }
        asked = -1;
        Failures before = failures.get(source);
        int count = before == null ? 1 : before.count + 1;
        long pause = Math.max(retryNanos, FIRST_PAUSE_NANOS << (count - 1));
        failures.put(source, new Failures(count, nowNanos + pause));
        return count >= MAX_FAILURES;
    }

    /** A source is gone. */
    void gone(int source) {
        failures.remove(source);
        if (asked == source) {
            asked = -1;
        }
    }
}
