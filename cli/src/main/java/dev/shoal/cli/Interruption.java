package dev.shoal.cli;

import dev.shoal.peer.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ctrl-C and its like: says to whatever runs that it must stop, and lets the program end only when that has cleaned up.
 * Thread-safe.
 */
final class Interruption {

    /** Cleaning up takes a few messages to the index; more than this and the person is right to be impatient. */
    static final long CLEANING_UP_MILLIS = 5_000;

    private final Cancellation cancellation = new Cancellation();
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final AtomicReference<Runnable> action = new AtomicReference<>(() -> {});

    /** What the running command watches. */
    Cancellation cancellation() {
        return cancellation;
    }

    /** Whether the program was told to stop. */
    boolean isInterrupted() {
        return interrupted.get() || cancellation.isCancelled();
    }

    /** Replaces what is done when the program must stop, before the cancellation; it must return at once. */
    void whenInterrupted(Runnable replacement) {
        action.set(replacement);
    }

    /** Tells the command to stop and waits until it has, or until nobody would wait longer. */
    void interrupt() {
        interrupted.set(true);
        action.get().run();
        cancellation.cancel();
        try {
            cleanedUp.await(CLEANING_UP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has ended. */
    void ended() {
        cleanedUp.countDown();
    }
}
