package dev.shoal.cli;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What nobody caught, in any thread: one sentence for people instead of a stack trace, and not more often than they can
 * read, as what fails for one connection fails for thousands. Thread-safe.
 */
final class Uncaught implements Thread.UncaughtExceptionHandler {

    /** The shortest time between two sentences. */
    static final long PAUSE_NANOS = 60_000_000_000L;

    private final Consumer<String> said;
    private final LongSupplier nanoTime;
    private boolean saidBefore;
    private long saidNanos;

    /** Says it there. */
    Uncaught(Consumer<String> said, LongSupplier nanoTime) {
        this.said = said;
        this.nanoTime = nanoTime;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        if (isTime()) {
            said.accept("A part of Shoal failed, and the rest goes on: " + thread.getName() + ", " + failure
                    + ". If something hangs now, start it again.");
        }
    }

    private synchronized boolean isTime() {
        long now = nanoTime.getAsLong();
        if (saidBefore && now - saidNanos < PAUSE_NANOS) {
            return false;
        }
        saidBefore = true;
        saidNanos = now;
        return true;
    }
}
