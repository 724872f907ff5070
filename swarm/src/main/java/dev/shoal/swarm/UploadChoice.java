package dev.shoal.swarm;

import dev.shoal.swarm.UploadQueue.Waiting;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which of the requests that wait is served next, and how much of it at a time. For one thread at a time. */
final class UploadChoice {

    private final Map<Integer, ContentSpread> contents;
    private final UploadLimits limits;
    private long pauseNanos = Uploads.NO_PAUSE;

    /**
     * Looks at what its owner changes.
     *
     * @param contents what is served, by number
     */
    UploadChoice(Map<Integer, ContentSpread> contents, UploadLimits limits) {
        this.contents = contents;
        this.limits = limits;
    }

    /** What is served next; null when nobody waits, or limits hold back what waits. */
    @Nullable
    Waiting best(Collection<UploadQueue> queues, long nowNanos) {
        pauseNanos = limits.nanosUntil(nowNanos);
        if (pauseNanos > 0) {
            return null;
        }
        pauseNanos = Uploads.NO_PAUSE;
        Waiting best = null;
        for (UploadQueue queue : queues) {
            if (!queue.sending) {
                for (Waiting request : queue.waiting) {
                    long wait = limits.nanosUntil(request.content, nowNanos);
                    if (wait > 0) {
                        pauseNanos = Math.min(pauseNanos, wait);
                    } else if (best == null || isBetter(request, best, nowNanos)) {
                        best = request;
                    }
                }
            }
        }
        return best;
    }

    /** How long limits held back what waited when {@link #best} was asked; {@link Uploads#NO_PAUSE} for nothing. */
    long pauseNanos() {
        return pauseNanos;
    }

    /** Whether somebody waits whom no limit keeps waiting. */
    boolean isAllowed(Collection<UploadQueue> queues, long nowNanos) {
        return limits.nanosUntil(nowNanos) == 0
                && queues.stream()
                        .filter(queue -> !queue.sending)
                        .flatMap(queue -> queue.waiting.stream())
                        .anyMatch(request -> limits.nanosUntil(request.content, nowNanos) == 0);
    }

    /** The block after the last one of a request's next piece. */
    int pieceEnd(Waiting request) {
        return Math.min(request.endBlock, request.nextBlock + limits.pieceBlocks(request.content));
    }

    /** How much of a request comes before a block and is not sent yet. */
    int bytes(Waiting request, int endBlock) {
        ContentSpread spread = contents.get(request.content);
        return spread == null ? 0 : spread.layout.size(request.chunk, request.nextBlock, endBlock - request.nextBlock);
    }

    private boolean isBetter(Waiting request, Waiting best, long nowNanos) {
        boolean overdue = nowNanos - request.sinceNanos > Uploads.MAX_WAIT_NANOS;
        boolean bestOverdue = nowNanos - best.sinceNanos > Uploads.MAX_WAIT_NANOS;
        if (overdue != bestOverdue) {
            return overdue;
        }
        if (!overdue) {
            if (request.begun != best.begun) {
                return request.begun;
            }
            int copies = copies(request);
            int bestCopies = copies(best);
            if (copies != bestCopies) {
                return copies < bestCopies;
            }
        }
        int order = request.queue == best.queue
                ? 0
                : Double.compare(request.queue.recentBytes(nowNanos), best.queue.recentBytes(nowNanos));
        return order == 0 ? request.number < best.number : order < 0;
    }

    private int copies(Waiting request) {
        ContentSpread spread = contents.get(request.content);
        return spread == null ? 0 : spread.copies(request.chunk, request.queue.peer);
    }
}
