package dev.shoal.peer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says that somebody no longer wants what is being done. Once said it stays so. Thread-safe. */
public final class Cancellation {

    private final CountDownLatch cancelled = new CountDownLatch(1);

    /** Says it. */
    public void cancel() {
        cancelled.countDown();
    }

    /** Whether it was said. */
    public boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /** Waits until it is said, at most so long. Returns whether it was. */
    public boolean await(long millis) {
        try {
            return cancelled.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Waits until it is said. */
    public void await() {
        while (!await(TimeUnit.DAYS.toMillis(1))) {
            // Not yet.
            Thread.onSpinWait();
        }
    }
}
