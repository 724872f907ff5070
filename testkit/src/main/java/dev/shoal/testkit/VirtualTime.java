package dev.shoal.testkit;

import java.util.Arrays;

/**
 * A clock that jumps from event to event. Events of the same moment run in the order in which they were scheduled, so a
 * run depends on nothing but its seed. A binary heap in three arrays: a run has tens of millions of events. For one
 * thread.
 */
public final class VirtualTime {

    /** Most events that wait; a simulation that plans more has a loop in it. */
    public static final int MAX_WAITING = 1 << 26;

    private long[] times = new long[1024];
    private long[] numbers = new long[1024];
    private Runnable[] events = new Runnable[1024];
    private int size;
    private long nowNanos;
    private long nextNumber;
    private long executed;

    /** The present moment, in nanoseconds since the start. */
    public long nowNanos() {
        return nowNanos;
    }

    /** How many events have run. */
    public long executed() {
        return executed;
    }

    /** Runs something later; at once, after what is planned for now, when the delay is 0. */
    public void after(long delayNanos, Runnable event) {
        at(nowNanos + Math.max(0, delayNanos), event);
    }

    /** Runs something at a moment that is not past. */
    public void at(long timeNanos, Runnable event) {
        if (timeNanos < nowNanos) {
            throw new IllegalArgumentException("it is " + nowNanos + " already, too late for " + timeNanos);
        }
        if (size == times.length) {
            grow();
        }
        long number = nextNumber++;
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (isBefore(times[parent], numbers[parent], timeNanos, number)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, timeNanos, number, event);
    }

    /** Runs the next event; false when there is none up to and including {@code endNanos}. */
    public boolean step(long endNanos) {
        if (size == 0 || times[0] > endNanos) {
            return false;
        }
        nowNanos = times[0];
        Runnable event = events[0];
        removeFirst();
        executed++;
        event.run();
        return true;
    }

    private void removeFirst() {
        size--;
        long time = times[size];
        long number = numbers[size];
        Runnable event = events[size];
        int hole = 0;
        while (2 * hole + 1 < size) {
            int child = 2 * hole + 1;
            if (child + 1 < size && isBefore(times[child + 1], numbers[child + 1], times[child], numbers[child])) {
                child++;
            }
            if (isBefore(time, number, times[child], numbers[child])) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        put(hole, time, number, event);
        events[size] = VirtualTime::nothing;
    }

    private static void nothing() {}

    private static boolean isBefore(long time, long number, long otherTime, long otherNumber) {
        return time < otherTime || (time == otherTime && number < otherNumber);
    }

    private void move(int from, int to) {
        put(to, times[from], numbers[from], events[from]);
    }

    private void put(int at, long time, long number, Runnable event) {
        times[at] = time;
        numbers[at] = number;
        events[at] = event;
    }

    private void grow() {
        if (size >= MAX_WAITING) {
            throw new IllegalStateException(size + " events wait: the simulation plans more than it runs");
        }
        times = Arrays.copyOf(times, 2 * size);
        numbers = Arrays.copyOf(numbers, 2 * size);
        events = Arrays.copyOf(events, 2 * size);
    }
}
