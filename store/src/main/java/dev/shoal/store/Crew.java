package dev.shoal.store;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Lets several threads do one work together, and waits for all of them, whatever happens. */
final class Crew {

    private Crew() {}

    /**
     * Returns when none of them works any more: what they used may be closed then.
     *
     * @param work what each does; has to end early by itself when something has gone wrong
     * @param interrupted is told when the caller's thread was interrupted, which ends the wait only when the work ends
     */
    static void work(Executor workers, int tasks, Runnable work, Consumer<StoreException> interrupted) {
        CountDownLatch running = new CountDownLatch(tasks);
        for (int task = 0; task < tasks; task++) {
            workers.execute(() -> {
                try {
                    work.run();
                } finally {
                    running.countDown();
                }
            });
        }
        boolean wasInterrupted = false;
        while (true) {
            try {
                running.await();
                break;
            } catch (InterruptedException e) {
                wasInterrupted = true;
                interrupted.accept(new StoreException("the thread that hashes was interrupted", e));
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
