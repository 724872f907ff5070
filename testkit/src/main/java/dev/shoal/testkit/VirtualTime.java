package dev.shoal.testkit;

import java.util.Arrays;

/**
 * A clock that jumps from event to event. Events of the same moment run in the order in which they were scheduled, so a
 * run depends on nothing but its seed. For one thread.
 *
 * <p>A run has hundreds of millions of events, of which a hundred thousand wait at a time: too many for one heap, which
 * would miss the processor's caches at each of its levels. So time is cut into slots of {@value #SLOT_BITS} bits of
 * nanoseconds; what waits for a later slot is an unordered list of that slot (or of the same one in a later lap), and
 * only what waits for the present one is in a {@link Heap}, which is small.
 */
public final class VirtualTime {

    /** Most events that wait; a simulation that plans more has a loop in it. */
    public static final int MAX_WAITING = 1 << 26;

    /** A slot is 65 µs long: ten thousand busy peers have some hundred events in it. */
    private static final int SLOT_BITS = 16;

    /** A lap is 4.3 s long: little waits for longer than that, and is looked at once a lap. */
    private static final int SLOTS = 1 << 16;

    private static final int NONE = -1;

    private final int[] firstOfSlot = new int[SLOTS];
    private long[] times = new long[1024];
    private long[] numbers = new long[1024];
    private Runnable[] events = new Runnable[1024];
    private int[] nexts = new int[1024];
    private int firstFree = NONE;
    private int used;

    private final Heap heap = new Heap();
    private int waitingLater;
    private long slot;
    private long nowNanos;
    private long nextNumber;
    private long executed;

    /** A clock that shows 0, with nothing planned. */
    public VirtualTime() {
        Arrays.fill(firstOfSlot, NONE);
    }

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
        if (timeNanos >>> SLOT_BITS <= slot) {
            heap.add(timeNanos, nextNumber++, event);
        } else {
            addLater(timeNanos, nextNumber++, event);
        }
    }

    /** Runs the next event; false when there is none up to and including {@code endNanos}. */
    public boolean step(long endNanos) {
        while (heap.isEmpty() && waitingLater > 0 && (slot + 1) << SLOT_BITS <= endNanos) {
            slot++;
            takeSlot();
        }
        if (heap.isEmpty() || heap.firstTime() > endNanos) {
            return false;
        }
        nowNanos = heap.firstTime();
        executed++;
        heap.takeFirst().run();
        return true;
    }

    private void addLater(long time, long number, Runnable event) {
        int node = firstFree;
        if (node == NONE) {
            node = used++;
            if (node == times.length) {
                grow();
            }
        } else {
            firstFree = nexts[node];
        }
        times[node] = time;
        numbers[node] = number;
        events[node] = event;
        int at = (int) (time >>> SLOT_BITS) & (SLOTS - 1);
        nexts[node] = firstOfSlot[at];
        firstOfSlot[at] = node;
        waitingLater++;
    }

    /** The present slot is another one: what waits for it goes to the heap, what waits for a later lap stays. */
    private void takeSlot() {
        int at = (int) slot & (SLOTS - 1);
        int node = firstOfSlot[at];
        int firstOfLaterLaps = NONE;
        while (node != NONE) {
            int next = nexts[node];
            if (times[node] >>> SLOT_BITS == slot) {
                heap.add(times[node], numbers[node], events[node]);
                events[node] = VirtualTime::nothing;
                nexts[node] = firstFree;
                firstFree = node;
                waitingLater--;
            } else {
                nexts[node] = firstOfLaterLaps;
                firstOfLaterLaps = node;
            }
            node = next;
        }
        firstOfSlot[at] = firstOfLaterLaps;
    }

    private void grow() {
        if (times.length >= MAX_WAITING) {
            throw new IllegalStateException(times.length + " events wait: the simulation plans more than it runs");
        }
        times = Arrays.copyOf(times, 2 * times.length);
        numbers = Arrays.copyOf(numbers, times.length);
        events = Arrays.copyOf(events, times.length);
        nexts = Arrays.copyOf(nexts, times.length);
    }

    private static void nothing() {}

    /** A binary heap in three arrays, by time and then by number. For one thread. */
    private static final class Heap {
        private long[] times = new long[64];
        private long[] numbers = new long[64];
        private Runnable[] events = new Runnable[64];
        private int size;

        boolean isEmpty() {
            return size == 0;
        }

        long firstTime() {
            return times[0];
        }

        void add(long time, long number, Runnable event) {
            if (size == times.length) {
                grow();
            }
            int hole = size++;
            while (hole > 0) {
                int parent = (hole - 1) >>> 1;
                if (isBefore(times[parent], numbers[parent], time, number)) {
                    break;
                }
                put(hole, times[parent], numbers[parent], events[parent]);
                hole = parent;
            }
            put(hole, time, number, event);
        }

        Runnable takeFirst() {
            final Runnable first = events[0];
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
                put(hole, times[child], numbers[child], events[child]);
                hole = child;
            }
            put(hole, time, number, event);
            events[size] = VirtualTime::nothing;
            return first;
        }

        private static boolean isBefore(long time, long number, long otherTime, long otherNumber) {
            return time < otherTime || (time == otherTime && number < otherNumber);
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
}
