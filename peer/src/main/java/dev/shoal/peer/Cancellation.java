package dev.shoal.peer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Says that somebody no longer wants what is being done. Once said it stays so. Thread-safe. */
public final class Cancellation {

    /** What is no longer to be done when it is said. */
    interface Registration {
        void forget();
    }

    private final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    private final Map<Registration, Runnable> actions = new LinkedHashMap<>();

    /** Says it. */
    public void cancel() {
        List<Runnable> due;
        synchronized (actions) {
            cancelled.complete(true);
            due = List.copyOf(actions.values());
            actions.clear();
        }
        due.forEach(Cancellation::run);
    }

    /** What one of them fails of is no matter of the others. */
    private static void run(Runnable action) {
        CompletableFuture.runAsync(action, Runnable::run);
    }

    /** Whether it was said. */
    public boolean isCancelled() {
        return cancelled.isDone();
    }

    /** Runs something when it is said, on the thread that says it; at once when it was said already. */
    public void whenCancelled(Runnable action) {
        register(action);
    }

    /** The same for a while only: what lasts long does not keep what was to be done for each of its parts. */
    Registration register(Runnable action) {
        Registration registration = new Registration() {
            @Override
            public void forget() {
                synchronized (actions) {
                    actions.remove(this);
                }
            }
        };
        synchronized (actions) {
            if (!cancelled.isDone()) {
                actions.put(registration, action);
                return registration;
            }
        }
        run(action);
        return registration;
    }

    /** How many actions wait for it. */
    int waiting() {
        synchronized (actions) {
            return actions.size();
        }
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
