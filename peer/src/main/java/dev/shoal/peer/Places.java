package dev.shoal.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a few in at a time, in the order in which they came. Whoever has been in for long makes room for one more, so
 * that what is slow holds up nobody else, up to a number that is in altogether. When that many are in, whoever has been
 * in for longest is asked to leave for who waits. Thread-safe.
 */
final class Places {

    private static final long NEVER = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final int few;
    private final int most;
    private final long longNanos;
    private final long turnNanos;
    private long askedNanos;
    private final List<Place> taken = new ArrayList<>();

    /** Who waits, the first in front: that one alone is woken. */
    private final Queue<Condition> waiting = new ArrayDeque<>();

    /**
     * Nobody is in.
     *
     * @param few how many are in that came lately
     * @param most how many are in altogether
     * @param longNanos after how long somebody does not count among the few; and how long it takes somebody to leave
     * @param turnNanos for how long somebody may stay while others wait
     */
    Places(int few, int most, long longNanos, long turnNanos) {
        this.few = few;
        this.most = most;
        this.longNanos = longNanos;
        this.turnNanos = turnNanos;
        this.askedNanos = System.nanoTime() - longNanos;
    }

    /** Somebody's place, until it is closed. */
    final class Place implements AutoCloseable {
        private final long sinceNanos = System.nanoTime();
        private final Runnable leave;
        private volatile boolean isAsked;

        private Place(Runnable leave) {
            this.leave = leave;
        }

        /** Whether somebody else is to have it: whoever has it is to ask for one again. */
        boolean isAsked() {
            return isAsked;
        }

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

    /**
     * Waits for a place.
     *
     * @param leave has whoever has it give it back soon; on a thread of its own, once at most
     */
    Place take(Runnable leave) throws InterruptedException {
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
            Place place = new Place(leave);
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
        if (!turn.equals(waiting.peek())) {
            return NEVER;
        }
        long nowNanos = System.nanoTime();
        if (taken.size() >= most) {
            return askNanos(nowNanos);
        }
        List<Long> lately = taken.stream()
                .map(place -> longNanos - (nowNanos - place.sinceNanos))
                .filter(left -> left > 0)
                .toList();
        // They came in this order, so that the first of them is the first who has been in for long.
        return lately.size() < few ? 0 : lately.getFirst();
    }

    /** Asks whoever has been in for longest to leave, when it is time for that; how long it is not yet for the next. */
    private long askNanos(long nowNanos) {
        Place longest =
                taken.stream().filter(place -> !place.isAsked).findFirst().orElse(null);
        if (longest == null) {
            return NEVER;
        }
        long left = Math.max(turnNanos - (nowNanos - longest.sinceNanos), longNanos - (nowNanos - askedNanos));
        if (left > 0) {
            return left;
        }
        askedNanos = nowNanos;
        longest.isAsked = true;
        Thread.ofVirtual().name("leave").start(longest.leave);
        return longNanos;
    }
}
