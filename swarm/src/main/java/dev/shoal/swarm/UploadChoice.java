package dev.shoal.swarm;

import dev.shoal.swarm.UploadQueue.Waiting;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of the requests that wait is served next, and how much of it at a time. Looks at one request for each
 * downloader and content, which {@link UploadGroup} finds. For one thread at a time.
 */
final class UploadChoice {

    private final UploadLimits limits;
    private long pauseNanos = Uploads.NO_PAUSE;

    /** Looks at limits that its owner changes. */
    UploadChoice(UploadLimits limits) {
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
                for (Map.Entry<Integer, UploadGroup> group : queue.groups().entrySet()) {
                    long wait = limits.nanosUntil(group.getKey(), nowNanos);
                    if (wait > 0) {
                        pauseNanos = Math.min(pauseNanos, wait);
                    } else {
                        best = better(group.getValue().best(nowNanos), best, nowNanos);
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
        if (limits.nanosUntil(nowNanos) > 0) {
            return false;
        }
        for (UploadQueue queue : queues) {
            if (!queue.sending) {
                for (int content : queue.groups().keySet()) {
                    if (limits.nanosUntil(content, nowNanos) == 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** The block after the last one of a request's next piece. */
    int pieceEnd(Waiting request) {
        return Math.min(request.endBlock, request.nextBlock + limits.pieceBlocks(request.content));
    }

    private static @Nullable Waiting better(@Nullable Waiting one, @Nullable Waiting other, long nowNanos) {
        return one != null && (other == null || isBetter(one, other, nowNanos)) ? one : other;
    }

    private static boolean isBetter(Waiting request, Waiting best, long nowNanos) {
        boolean overdue = request.isOverdue(nowNanos);
        boolean bestOverdue = best.isOverdue(nowNanos);
        if (overdue != bestOverdue) {
            return overdue;
        }
        if (!overdue) {
            if (request.begun != best.begun) {
                return request.begun;
            }
            int copies = request.copies();
            int bestCopies = best.copies();
            if (copies != bestCopies) {
                return copies < bestCopies;
            }
        }
        int order = request.queue == best.queue
                ? 0
                : Double.compare(request.queue.recentBytes(nowNanos), best.queue.recentBytes(nowNanos));
        return order == 0 ? request.number < best.number : order < 0;
    }
}
