package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Reads names and accounts: a few threads, each with a connection of its own, before which a bounded row waits.
 * Thread-safe.
 */
final class NameReaders {

    /** As many threads as the machine has processors, in these limits: reading is work, not waiting. */
    private static final int MIN_THREADS = 2;

    /** With the writer's, that is four connections. */
    private static final int MAX_THREADS = 3;

    /** How many reads wait at most: less than a second of work. */
    static final int MAX_WAITING = 4_000;

    private static final int CLOSE_SECONDS = 10;

    private final BlockingQueue<Handle> handles;
    private final ThreadPoolExecutor threads;

    NameReaders(IndexDatabase database) {
        int count = Math.clamp(Runtime.getRuntime().availableProcessors(), MIN_THREADS, MAX_THREADS);
        handles = new ArrayBlockingQueue<>(count);
        for (int i = 0; i < count; i++) {
            handles.add(database.connect());
        }
        threads = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().name("shoal-names-reader-", 1).daemon().factory());
    }

    /** How many read at the same time. */
    int count() {
        return threads.getCorePoolSize();
    }

    /** Reads. The answer comes on a reader's thread. */
    <T> CompletableFuture<T> submit(Function<NameTables, T> work) {
        return read(handle -> work.apply(new NameTables(handle)));
    }

    /** Reads whatever tables. */
    <T> CompletableFuture<T> read(Function<Handle, T> work) {
        try {
            return CompletableFuture.supplyAsync(() -> readHere(work), threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    threads.isShutdown()
                            ? new IndexException(ErrorCode.UNAVAILABLE, "The index is shutting down.")
                            : new IndexException(
                                    ErrorCode.BUSY,
                                    "More than " + MAX_WAITING + " requests wait to be read. Try again soon."));
        }
    }

    /** Has what waits done, for a while, and closes the connections. */
    void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        handles.forEach(Handle::close);
    }

    private <T> T readHere(Function<Handle, T> work) {
        // There are as many connections as threads: one is always there.
        Handle handle = handles.remove();
        try {
            return work.apply(handle);
        } finally {
            handles.add(handle);
        }
    }
}
