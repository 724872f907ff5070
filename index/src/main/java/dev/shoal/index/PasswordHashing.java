package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.transport.Argon2;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does the work that passwords are on purpose: one thread, before which a bounded row waits. So a crowd that logs in
 * takes one processor at most, and look-ups go on. Who finds the row full is told when to come again, each a little
 * later than the one before, so that they do not all come at once. Addresses take turns, see {@link SiteQueue}.
 * Thread-safe; answers come on its thread, but that of a full row.
 */
final class PasswordHashing implements AutoCloseable {

    /** After so long without work, the memory for it is given back. */
    private static final long IDLE_SECONDS = 30;

    /** What a hash costs before the first one was measured. */
    private static final long ASSUMED_NANOS = 50_000_000;

    /** Weight of what was measured before, of eight. */
    private static final int INERTIA = 7;

    private static final int MIN_RETRY_MILLIS = 1_000;

    /** A crowd that is larger comes again several times. */
    private static final int MAX_RETRY_MILLIS = 60_000;

    private static final class Task<T> {
        final Function<Argon2, T> work;
        final long site;
        final CompletableFuture<T> answer = new CompletableFuture<>();

        Task(Function<Argon2, T> work, long site) {
            this.work = work;
            this.site = site;
        }

        /** Whatever it throws is its answer, errors included: all others that wait need this thread. */
        void run(Supplier<Argon2> argon2) {
            try {
                answer.complete(work.apply(argon2.get()));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        }
    }

    private final Argon2.Cost cost;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by the lock. */
    private final SiteQueue<Task<?>> waiting;

    /** With its memory, while there is work. Of the thread. */
    private @Nullable Argon2 argon2;

    private final Thread thread;
    private volatile boolean closed;
    private volatile long taskNanos = ASSUMED_NANOS;

    /** Until when those that were sent away were told to stay away. Guarded by the lock. */
    private long promisedNanos = Long.MIN_VALUE;

    /** Starts the thread. */
    PasswordHashing(Argon2.Cost cost, int maxWaiting) {
        this.cost = cost;
        this.waiting = new SiteQueue<>(maxWaiting);
        this.thread = Thread.ofPlatform().name("shoal-passwords").daemon().start(this::work);
    }

    /** What each hash costs. */
    Argon2.Cost cost() {
        return cost;
    }

    /** How many wait. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has work done. A failed answer carries an {@link IndexException}; that of a full row is {@code BUSY}.
     *
     * @param site where the asker is, see {@link dev.shoal.transport.Site}
     */
    <T> CompletableFuture<T> submit(Function<Argon2, T> work, long site, Moment now) {
        Task<T> task = new Task<>(work, site);
        Task<?> gone;
        int retryAfterMillis;
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(closing());
            }
            gone = waiting.offer(task.site, task);
            retryAfterMillis = gone == null ? 0 : retryAfterMillis(now.nanos());
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (gone != null) {
            gone.answer.completeExceptionally(IndexException.busy(
                    retryAfterMillis, "Too many passwords are being checked just now. Try again a little later."));
        }
        return task.answer;
    }

    @Override
    public void close() {
        List<Task<?>> left = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            for (Task<?> task = waiting.poll(); task != null; task = waiting.poll()) {
                left.add(task);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
        left.forEach(task -> task.answer.completeExceptionally(closing()));
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        while (!closed) {
            Task<?> task = next(argon2 == null ? Long.MAX_VALUE : IDLE_SECONDS);
            if (task == null) {
                argon2 = null;
            } else if (!closed) {
                long began = System.nanoTime();
                task.run(this::argon2);
                if (task.answer.isCompletedExceptionally()) {
                    // What was thrown out of may not have given back all of the memory.
                    argon2 = null;
                }
                taskNanos = (INERTIA * taskNanos + System.nanoTime() - began) / (INERTIA + 1);
            } else {
                task.answer.completeExceptionally(closing());
            }
        }
    }

    private Argon2 argon2() {
        Argon2 present = argon2;
        if (present == null) {
            present = new Argon2(cost);
            argon2 = present;
        }
        return present;
    }

    /** Null when nothing came for so long. Nobody interrupts this thread; if somebody does, it is the process's end. */
    private @Nullable Task<?> next(long seconds) {
        lock.lock();
        try {
            long leftNanos = TimeUnit.SECONDS.toNanos(seconds);
            while (waiting.size() == 0 && !closed && leftNanos > 0) {
                leftNanos = changed.awaitNanos(leftNanos);
            }
            return waiting.poll();
        } catch (InterruptedException e) {
            closed = true;
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** A turn behind all that wait, and behind those that were sent away before. */
    private int retryAfterMillis(long nowNanos) {
        long each = taskNanos;
        promisedNanos = Math.max(promisedNanos, nowNanos + waiting.size() * each) + each;
        long most = MAX_RETRY_MILLIS * Moment.NANOS_PER_MILLI;
        promisedNanos = Math.min(promisedNanos, nowNanos + most);
        return (int) Math.max(MIN_RETRY_MILLIS, (promisedNanos - nowNanos) / Moment.NANOS_PER_MILLI);
    }

    private static IndexException closing() {
        return new IndexException(ErrorCode.UNAVAILABLE, "The index is shutting down.");
    }
}
