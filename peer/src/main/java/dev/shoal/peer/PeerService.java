package dev.shoal.peer;

import java.util.function.Consumer;

/** Whoever carries out requests: the peer in this process, or the one behind the home's socket. Thread-safe. */
public interface PeerService extends AutoCloseable {

    /**
     * Carries out a request; returns when it is done, or soon after it was cancelled.
     *
     * @param reports takes the answer piece by piece, on any thread, one at a time
     * @throws PeerException when it cannot be done
     */
    void run(Request request, Consumer<Report> reports, Cancellation cancellation);

    /**
     * The process is about to end: says good-bye to the indexes and to attached commands, and waits for nobody. What
     * runs has to be cancelled next; nothing can be begun any more. A peer of another process is left as it is.
     */
    default void leave() {}

    @Override
    void close();
}
