package dev.shoal.peer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Who follows what a peer that stays up does, and what has happened for those who come later. Nobody is waited for.
 * Thread-safe.
 */
final class Listeners {

    /** How many may follow what happens: each window of a browser is one. */
    static final int MOST = 64;

    /** Who listens, and what ends that. */
    private final Map<Telling, Cancellation> listening = new ConcurrentHashMap<>();

    private final Activity activity = new Activity();
    private final Cancellation end;

    /** Until an end. */
    Listeners(Cancellation end) {
        this.end = end;
        // One action for all listeners: who has gone leaves nothing behind.
        end.whenCancelled(() -> listening.values().forEach(Cancellation::cancel));
    }

    /** What has happened. */
    Activity activity() {
        return activity;
    }

    /** Has somebody hear what happens until he has enough. */
    void listen(Consumer<Report> reports, Cancellation cancellation) {
        if (listening.size() >= MOST) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    MOST + " programs and windows follow this peer already. Close some.");
        }
        Telling telling = new Telling(reports, cause -> cancellation.cancel());
        listening.put(telling, cancellation);
        try {
            if (end.isCancelled()) {
                cancellation.cancel();
            }
            cancellation.await();
        } finally {
            listening.remove(telling);
        }
    }

    /** Tells whoever listens. */
    void tell(Report report) {
        activity.add(report);
        send(report);
    }

    private void send(Report report) {
        listening.keySet().forEach(listener -> listener.tell(report));
    }

    /** Tells whoever listens how a task stands. */
    void changed(Task task) {
        activity.changed(task);
        if (!listening.isEmpty()) {
            send(task.report());
        }
    }
}
