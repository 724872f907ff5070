package dev.shoal.peer;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * When something is due again about each of many things: not about all at once, but somewhat earlier or later each, so
 * that what began together is spread over time, and no more than some at a time. Knows no clock; times are in
 * nanoseconds of any clock that only goes forward. Thread-safe.
 */
final class Turns<T> {

    /** How much earlier or later it may be, as a part of the time. */
    private static final double JITTER = 0.25;

    private final Map<T, Long> dueNanos = new HashMap<>();
    private final SplittableRandom random;
    private final int most;

    /**
     * About nothing yet.
     *
     * @param most how many are due at a time
     */
    Turns(long seed, int most) {
        this.random = new SplittableRandom(seed);
        this.most = most;
    }

    /** Something is due about a thing after so long, and not before. */
    synchronized void in(long nanos, T thing, long nowNanos) {
        dueNanos.put(thing, nowNanos + Math.round(nanos * random.nextDouble(1 - JITTER, 1 + JITTER)));
    }

    /** Nothing more is about a thing. */
    synchronized void forget(T thing) {
        dueNanos.remove(thing);
    }

    /** About which things something is due, those first that were due first; they stay so until told otherwise. */
    synchronized List<T> due(long nowNanos) {
        return dueNanos.entrySet().stream()
                .filter(entry -> entry.getValue() - nowNanos <= 0)
                .sorted(Comparator.comparingLong(entry -> entry.getValue() - nowNanos))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
    }
}
