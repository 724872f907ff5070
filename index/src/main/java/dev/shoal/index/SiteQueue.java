package dev.shoal.index;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue that is fair to sites (see {@link dev.shoal.transport.Site}): each gets its turn, however much waits
 * of another; one has half of the places at most; and when all are taken, who has few of them takes one of who has
 * most. For one thread at a time.
 */
final class SiteQueue<T> {

    private final int capacity;
    private int size;

    /** In the order of their turns; none is empty. */
    private final Map<Long, Deque<T>> bySite = new LinkedHashMap<>();

    /** With so many places. */
    SiteQueue(int capacity) {
        this.capacity = capacity;
    }

    /** How much waits. */
    int size() {
        return size;
    }

    /**
     * Adds something at the end of what waits of its site.
     *
     * @return what does not wait any more for it, which may be itself; null when there was room
     */
    @Nullable
    T offer(long site, T fresh) {
        int own = count(bySite.get(site));
        T gone = null;
        if (own >= (capacity + 1) / 2) {
            return fresh;
        }
        if (size >= capacity) {
            long largest = largest();
            Deque<T> most = bySite.get(largest);
            // Otherwise two that have the same would take each other's places for ever.
            if (most == null || most.size() <= own + 1) {
                return fresh;
            }
            gone = most.removeLast();
            size--;
        }
        bySite.computeIfAbsent(site, unknown -> new ArrayDeque<>()).add(fresh);
        size++;
        return gone;
    }

    /** Takes the next; null when nothing waits. */
    @Nullable
    T poll() {
        if (size == 0) {
            return null;
        }
        Map.Entry<Long, Deque<T>> turn = bySite.entrySet().iterator().next();
        Deque<T> waiting = turn.getValue();
        long site = turn.getKey();
        T next = waiting.removeFirst();
        size--;
        // Its next turn is behind all others.
        bySite.remove(site);
        if (!waiting.isEmpty()) {
            bySite.put(site, waiting);
        }
        return next;
    }

    private long largest() {
        long largest = 0;
        int most = 0;
        for (Map.Entry<Long, Deque<T>> each : bySite.entrySet()) {
            if (each.getValue().size() > most) {
                most = each.getValue().size();
                largest = each.getKey();
            }
        }
        return largest;
    }

    private int count(@Nullable Deque<T> waiting) {
        return waiting == null ? 0 : waiting.size();
    }
}
