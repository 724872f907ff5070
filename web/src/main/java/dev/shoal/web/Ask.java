package dev.shoal.web;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks the peer one thing and waits for the answer. Any thread. */
record Ask(PeerService peer) {

    /** Hashing a very large file takes its time; what takes longer goes on by itself as a download. */
    private static final long LONGEST_MILLIS = TimeUnit.MINUTES.toMillis(30);

    /** All reports of a kind. */
    <R extends Report> List<R> all(Request request, Class<R> type) {
        List<R> found = new ArrayList<>();
        Cancellation cancellation = new Cancellation();
        Thread limit = Thread.ofVirtual().name("limit of a call").start(() -> {
            if (!cancellation.await(LONGEST_MILLIS)) {
                cancellation.cancel();
            }
        });
        try {
            peer.run(
                    request,
                    report -> {
                        if (type.isInstance(report)) {
                            found.add(type.cast(report));
                        }
                    },
                    cancellation);
        } finally {
            limit.interrupt();
        }
        return found;
    }

    /** The one report of a kind. */
    <R extends Report> R one(Request request, Class<R> type) {
        return first(request, type)
                .orElseThrow(() -> new IllegalStateException("the peer did not answer " + request.getClass()));
    }

    /** The first report of a kind, if there is any. */
    <R extends Report> Optional<R> first(Request request, Class<R> type) {
        return all(request, type).stream().findFirst();
    }
}
