package dev.shoal.peer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Downloads that wait for their turn: a limited number run, and the others come in the order in which they were begun.
 * One entry a task that waits. Thread-safe by its monitor, which is held for moments only.
 */
final class DownloadQueue {

    private final int mostAtATime;
    private final Map<Long, CompletableFuture<Boolean>> waiting = new LinkedHashMap<>();
    private int running;

    DownloadQueue(int mostAtATime) {
        this.mostAtATime = mostAtATime;
    }

    /**
     * Waits for a turn, which ends with {@link #leave}.
     *
     * @param task its number
     * @return false when it was cancelled meanwhile, and then there is no turn to leave
     */
    boolean enter(long task, Cancellation cancellation) {
        CompletableFuture<Boolean> turn = new CompletableFuture<>();
        synchronized (this) {
            if (running < mostAtATime) {
                running++;
                return true;
            }
            CompletableFuture<Boolean> before = waiting.put(task, turn);
            if (before != null) {
                before.complete(false);
            }
        }
        Cancellation.Registration registration = cancellation.register(() -> giveUp(task, turn));
        try {
            return turn.join();
        } finally {
            registration.forget();
        }
    }

    private synchronized void giveUp(long task, CompletableFuture<Boolean> turn) {
        waiting.remove(task, turn);
        turn.complete(false);
    }

    /** A turn is over: the next one begins. */
    synchronized void leave() {
        Map.Entry<Long, CompletableFuture<Boolean>> next =
                waiting.entrySet().stream().findFirst().orElse(null);
        if (next == null) {
            running--;
            return;
        }
        waiting.remove(next.getKey());
        next.getValue().complete(true);
    }

    /** How many turns it is until that of a task, 1 for the next one; 0 when it does not wait. */
    synchronized int place(long task) {
        int place = 0;
        for (Long other : waiting.keySet()) {
            place++;
            if (other == task) {
                return place;
            }
        }
        return 0;
    }
}
