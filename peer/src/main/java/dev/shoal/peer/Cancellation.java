package dev.shoal.peer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Says that somebody no longer wants what is being done. Once said it stays so. Thread-safe. */
public final class Cancellation {

    private final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();

    /** Says it. */
    public void cancel() {
        cancelled.complete(true);
    }

    /** Whether it was said. */
    public boolean isCancelled() {
        return cancelled.isDone();
    }

    /** Runs something when it is said, on the thread that says it; at once when it was said already. */
    public void whenCancelled(Runnable action) {
        cancelled.thenRun(action);
    }

    /** Waits until it is said, at most so long. Returns whether it was. */
    public boolean await(long millis) {
        try {
            return cancelled.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a cancellation does not fail", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Waits until it is said. */
    public void await() {
        cancelled.join();
    }
}
