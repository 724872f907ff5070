package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes names: one thread with one connection, which takes whatever waits into one transaction and answers it after
 * the commit, so that a forced write serves many. A task that fails takes back only its own writes. Thread-safe.
 */
final class NameWriter {

    /** How many tasks wait at most: some seconds of work. */
    static final int MAX_WAITING = 10_000;

    /** How many tasks share a commit at most: the first of them waits for the last. */
    static final int MAX_TOGETHER = 256;

    private static final Logger LOG = LoggerFactory.getLogger(NameWriter.class);

    /** A task with its answer, which is sent after the commit. */
    private static final class Task<T> {
        final Function<NameTables, T> work;
        final CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable send = () -> {};

        Task(Function<NameTables, T> work) {
            this.work = work;
        }

        void run(Handle handle, NameTables tables) {
            handle.savepoint("task");
            try {
                T done = work.apply(tables);
                handle.releaseSavepoint("task");
                send = () -> answer.complete(done);
            } catch (RuntimeException | OutOfMemoryError e) {
                handle.rollbackToSavepoint("task");
                send = () -> answer.completeExceptionally(e);
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
        Task<T> task = new Task<>(work);
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
        waiting.offer(new Task<>(any -> true));
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
                task.run(handle, tables);
            }
            handle.commit();
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("Names could not be written: is the disk full or broken?", e);
            rollBack();
            IndexException failure =
                    new IndexException(ErrorCode.UNAVAILABLE, "The index could not write to its disk.", e);
            batch.forEach(task -> task.answer.completeExceptionally(failure));
            return;
        }
        for (Task<?> task : batch) {
            task.send.run();
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
