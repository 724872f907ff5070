package dev.shoal.transport;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests that wait for their answers, by id. Thread-safe. */
final class PendingReplies {

    /** How many requests of one session may be under way: more would be a mistake of the program. */
    static final int MAX_PENDING = 1_024;

    private final Map<Integer, CompletableFuture<Reply>> pending = new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger();

    /** One request under way. */
    record Ticket(int id, CompletableFuture<Reply> reply) {}

    /** The next number, counted from 1. */
    int nextId() {
        return lastId.incrementAndGet();
    }

    /**
     * Takes a number for a request, which no other one that waits here has; {@link #close(Ticket)} gives it back.
     */
    Ticket open(int id) {
        if (pending.size() >= MAX_PENDING) {
            throw new TransportException("more than " + MAX_PENDING + " requests wait for the index");
        }
        Ticket ticket = new Ticket(id, new CompletableFuture<>());
        pending.put(ticket.id, ticket.reply);
        return ticket;
    }

    void close(Ticket ticket) {
        pending.remove(ticket.id);
    }

    /** Hands an answer to whoever waits for it; one that nobody waits for is late, and dropped. */
    void arrived(int id, Reply reply) {
        CompletableFuture<Reply> waiting = pending.get(id);
        if (waiting != null) {
            waiting.complete(reply);
        }
    }

    /** Ends one wait with an error. */
    void failed(int id, RuntimeException cause) {
        CompletableFuture<Reply> waiting = pending.get(id);
        if (waiting != null) {
            waiting.completeExceptionally(cause);
        }
    }

    /** Ends every wait with an error. */
    void fail(RuntimeException cause) {
        pending.values().forEach(waiting -> waiting.completeExceptionally(cause));
    }
}
