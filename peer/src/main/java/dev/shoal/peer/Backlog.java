package dev.shoal.peer;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits to be written over all links of a process together. Each {@link Outbox} has a limit of its own, but
 * thousands of strangers who read nothing could still fill the memory. When all together have too much, whoever has
 * most waiting is let go, of those who take nothing if there are any. Thread-safe.
 */
final class Backlog {

    /** Most bytes that wait in all: the maps and errors of thousands of links that read what they are sent. */
    static final long MAX_BYTES = 64L * 1024 * 1024;

    /** With a small heap, no more than this part of it. */
    private static final int PARTS_OF_THE_HEAP = 8;

    /** Who takes nothing for so long stands still; a line that is only slow takes something each second. */
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long limitBytes;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Set<Outbox> outboxes = ConcurrentHashMap.newKeySet();

    /** Of a process with this heap. */
    Backlog() {
        this(Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / PARTS_OF_THE_HEAP));
    }

    /** With a limit. */
    Backlog(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** How many bytes wait in all. */
    long waitingBytes() {
        return waitingBytes.get();
    }

    /** Something is about to wait in an outbox. */
    void joined(Outbox outbox) {
        outboxes.add(outbox);
    }

    /** More waits. Lets those go who have most until all together have no more than they may. */
    void added(long bytes) {
        if (waitingBytes.addAndGet(bytes) > limitBytes) {
            relieve();
        }
    }

    /** Something does not wait any more. */
    void removed(long bytes) {
        waitingBytes.addAndGet(-bytes);
    }

    /** Nothing waits in an outbox any more, for good. */
    void gone(Outbox outbox) {
        outboxes.remove(outbox);
    }

    /** One thread at a time looks for who has to go, or each of those that find too much would choose another one. */
    private synchronized void relieve() {
        long now = System.nanoTime();
        while (waitingBytes.get() > limitBytes) {
            Outbox largest = outboxes.stream()
                    .filter(outbox -> outbox.waitingBytes() > 0)
                    .max(Comparator.comparing((Outbox outbox) -> now - outbox.stuckSinceNanos() > STUCK_NANOS)
                            .thenComparingLong(Outbox::waitingBytes))
                    .orElse(null);
            if (largest == null) {
                return;
            }
            largest.letGo();
        }
    }
}
