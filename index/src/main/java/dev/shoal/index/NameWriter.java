package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes names and accounts: one thread with one connection, which takes whatever waits into one transaction and
 * answers it after the commit, so that a forced write serves many. A task that fails, be it with an error, takes back
 * only its own writes, and the thread goes on. Thread-safe.
 */
final class NameWriter {

    /** How many tasks wait at most: some seconds of work. */
    static final int MAX_WAITING = 10_000;

    /** How many tasks share a commit at most: the first of them waits for the last. */
    static final int MAX_TOGETHER = 256;

    private static final Logger LOG = LoggerFactory.getLogger(NameWriter.class);

    /** A task with its answer, which is sent after the commit. */
    private static final class Task<T> {
        final Function<Handle, T> work;
        final Consumer<T> committed;
        final CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable send = () -> {};

        Task(Function<Handle, T> work, Consumer<T> committed) {
            this.work = work;
            this.committed = committed;
        }

        void run(Handle handle) {
            handle.savepoint("task");
            try {
                T done = work.apply(handle);
                handle.releaseSavepoint("task");
                send = () -> {
                    committed.accept(done);
                    answer.complete(done);
                };
            } catch (RuntimeException | Error e) {
                if (!isTakenBack(handle, e)) {
                    throw e;
                }
                send = () -> answer.completeExceptionally(e);
            }
        }

        /** When a disk is full or broken, SQLite takes back the whole transaction: that, and why, is for all of it. */
        private static boolean isTakenBack(Handle handle, Throwable cause) {
            try {
                handle.rollbackToSavepoint("task");
                return true;
            } catch (RuntimeException gone) {
                cause.addSuppressed(gone);
                return false;
            }
        }
    }

    private final BlockingQueue<Task<?>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Handle handle;
    private final NameTables tables;
    private final Thread thread;
    private volatile boolean closed;

    /** Starts the thread; the connection now belongs to it. */
    NameWriter(Handle handle) {
        this.handle = handle;
        this.tables = new NameTables(handle);
        this.thread = Thread.ofPlatform().name("shoal-names-writer").daemon().start(this::write);
    }

    /** Has a task done. Its answer comes after the commit, on the writer's thread. */
    <T> CompletableFuture<T> submit(Function<NameTables, T> work) {
        return write(handle -> work.apply(tables), done -> {});
    }

    /**
     * Has a task done, on whatever tables.
     *
     * @param committed what else is to be done after the commit and before anybody has the answer: on the writer's
     *     thread, in the order of the commits, and only when there was one
     */
    <T> CompletableFuture<T> write(Function<Handle, T> work, Consumer<T> committed) {
        Task<T> task = new Task<>(work, committed);
        if (closed) {
            task.answer.completeExceptionally(closing());
        } else if (!waiting.offer(task)) {
            task.answer.completeExceptionally(new IndexException(
                    ErrorCode.BUSY, "More than " + MAX_WAITING + " requests wait to be written. Try again soon."));
        }
        return task.answer;
    }

    /** Has what waits done and ends the thread. */
    void close() {
        closed = true;
        // An empty task wakes the thread; a full queue needs none.
        waiting.offer(new Task<>(any -> true, done -> {}));
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

    private void write() {
        List<Task<?>> batch = new ArrayList<>(MAX_TOGETHER);
        try (handle) {
            while (!closed || !waiting.isEmpty()) {
                batch.add(waiting.take());
                waiting.drainTo(batch, MAX_TOGETHER - 1);
                commit(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; if somebody does, it is the end of the process.
            closed = true;
        }
        waiting.forEach(task -> task.answer.completeExceptionally(closing()));
    }

    private void commit(List<Task<?>> batch) {
        try {
            handle.begin();
            for (Task<?> task : batch) {
                task.run(handle);
            }
            handle.commit();
        } catch (RuntimeException | Error e) {
            LOG.error("Names or accounts could not be written: is the disk full or broken?", e);
            rollBack();
            IndexException failure =
                    new IndexException(ErrorCode.UNAVAILABLE, "The index could not write to its disk.", e);
            batch.forEach(task -> task.answer.completeExceptionally(failure));
            return;
        }
        for (Task<?> task : batch) {
            try {
                task.send.run();
            } catch (RuntimeException | Error e) {
                // It is on the disk; what cannot be told must not keep the others from being written.
                LOG.error("Something was written, and could not be answered", e);
                task.answer.completeExceptionally(e);
            }
        }
    }

    private void rollBack() {
        try {
            if (handle.isInTransaction()) {
                handle.rollback();
            }
        } catch (RuntimeException e) {
            LOG.error("A transaction could not be taken back", e);
        }
    }

    private static IndexException closing() {
        return new IndexException(ErrorCode.UNAVAILABLE, "The index is shutting down.");
    }
}
