package dev.shoal.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a few in at a time, in the order in which they came. Whoever has been in for long makes room for one more, so
 * that what is slow holds up nobody else, up to a number that is in altogether. Thread-safe.
 */
final class Places {

    private static final long NEVER = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final int few;
    private final int most;
    private final long longNanos;
    private final List<Place> taken = new ArrayList<>();

    /** Who waits, the first in front: that one alone is woken. */
    private final Queue<Condition> waiting = new ArrayDeque<>();

    /**
     * Nobody is in.
     *
     * @param few how many are in that came lately
     * @param most how many are in altogether
     * @param longNanos after how long somebody does not count among the few
     */
    Places(int few, int most, long longNanos) {
        this.few = few;
        this.most = most;
        this.longNanos = longNanos;
    }

    /** Somebody's place, until it is closed. */
    final class Place implements AutoCloseable {
        private final long sinceNanos = System.nanoTime();

        @Override
        public void close() {
            lock.lock();
            try {
                taken.remove(this);
                wakeNext();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits for a place. */
    Place take() throws InterruptedException {
        lock.lockInterruptibly();
        Condition turn = lock.newCondition();
        waiting.add(turn);
        try {
            for (long left = waitNanos(turn); left > 0; left = waitNanos(turn)) {
                if (left == NEVER) {
                    turn.await();
                } else {
                    turn.awaitNanos(left);
                }
            }
            Place place = new Place();
            taken.add(place);
            return place;
        } finally {
            waiting.remove(turn);
            wakeNext();
            lock.unlock();
        }
    }

    /** How many are in. */
    int taken() {
        lock.lock();
        try {
            return taken.size();
        } finally {
            lock.unlock();
        }
    }

    private void wakeNext() {
        Condition next = waiting.peek();
        if (next != null) {
            next.signal();
        }
    }

    /** How long there is no place if nobody leaves, and somebody else's turn comes first; 0 when there is one. */
    private long waitNanos(Condition turn) {
        if (!turn.equals(waiting.peek()) || taken.size() >= most) {
            return NEVER;
        }
        long nowNanos = System.nanoTime();
        List<Long> lately = taken.stream()
                .map(place -> longNanos - (nowNanos - place.sinceNanos))
                .filter(left -> left > 0)
                .toList();
        // They came in this order, so that the first of them is the first who has been in for long.
        return lately.size() < few ? 0 : lately.getFirst();
    }
}
