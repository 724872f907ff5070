package dev.shoal.swarm;

import dev.shoal.swarm.UploadQueue.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What one downloader waits for of one content, and which of it is served first. That is found without looking at all
 * of it, as somebody may ask for a thousand pieces that are never sent: copies only become more until somebody leaves,
 * so that a request is looked at again only when it comes to the top of a heap. For one thread at a time.
 */
final class UploadGroup {

    /** So many requests that wait no more may be in the heap beside as many that do. */
    private static final int SLACK = 32;

    /** Fewest copies first, as far as is known, then in the order of the requests. */
    private static final Comparator<Waiting> RAREST = Comparator.<Waiting>comparingInt(request -> request.knownCopies)
            .thenComparingLong(request -> request.number)
            .thenComparingInt(request -> request.firstBlock);

    private final ContentSpread spread;

    /** In the order of their numbers, in which they came. */
    private final List<Waiting> waiting = new ArrayList<>();

    private final List<Waiting> begun = new ArrayList<>();

    /** Those that wait, and some that do no more. */
    private final PriorityQueue<Waiting> rarest = new PriorityQueue<>(RAREST);

    private int seenLosses;

    UploadGroup(ContentSpread spread) {
        this.spread = spread;
        this.seenLosses = spread.losses();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** What waits, in the order in which it came. */
    List<Waiting> waiting() {
        return waiting;
    }

    void add(Waiting request) {
        addAt(waiting.size(), request);
    }

    /** What is left of a request behind a part that is not wanted any more: it keeps its place. */
    void addBehind(Waiting request, Waiting rest) {
        addAt(waiting.indexOf(request) + 1, rest);
    }

    private void addAt(int place, Waiting request) {
        waiting.add(place, request);
        request.knownCopies = request.copies();
        rarest.add(request);
        if (request.begun) {
            begun.add(request);
        }
    }

    /** A part of a request was sent: it goes on before others. */
    void begin(Waiting request) {
        if (!request.begun) {
            request.begun = true;
            begun.add(request);
        }
    }

    /** A request waits no more. */
    void remove(Waiting request) {
        waiting.remove(request);
        begun.remove(request);
        request.isGone = true;
        if (rarest.size() > 2 * waiting.size() + SLACK) {
            refill();
        }
    }

    /** What is served first of it; null when nothing waits. */
    @Nullable
    Waiting best(long nowNanos) {
        if (waiting.isEmpty()) {
            return null;
        }
        Waiting first = waiting.getFirst();
        // Who came first is the first to be overdue.
        if (first.isOverdue(nowNanos)) {
            return first;
        }
        return begun.isEmpty() ? rarest() : best(begun);
    }

    /** Of few, in the order of the requests where copies are equal. */
    private static Waiting best(List<Waiting> some) {
        Waiting best = some.getFirst();
        for (Waiting request : some) {
            int fewer = Integer.compare(request.copies(), best.copies());
            if (fewer < 0 || (fewer == 0 && request.isBefore(best))) {
                best = request;
            }
        }
        return best;
    }

    private Waiting rarest() {
        if (seenLosses != spread.losses()) {
            refill();
        }
        while (true) {
            Waiting top = rarest.element();
            int copies = top.copies();
            if (!top.isGone && copies == top.knownCopies) {
                return top;
            }
            rarest.remove();
            if (!top.isGone) {
                top.knownCopies = copies;
                rarest.add(top);
            }
        }
    }

    /** How many requests it holds on to, those that wait no more included. */
    int kept() {
        return rarest.size();
    }

    private void refill() {
        rarest.clear();
        waiting.forEach(request -> request.knownCopies = request.copies());
        rarest.addAll(waiting);
        seenLosses = spread.losses();
    }
}
