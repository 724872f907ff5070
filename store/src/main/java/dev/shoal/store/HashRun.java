package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.Hash;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The hashing of some chunks of one content by several threads. Each thread takes the next chunk until none is left or
 * one of them failed; the first failure is the one that the caller gets. Thread-safe.
 */
final class HashRun {

    private final ChunkLayout layout;
    private final ChunkSet chunks;
    private final ChunkHasher.Bytes bytes;
    private final FileHasher.Sink sink;
    private final HashProgress progress;

    private int next;
    private long hashedBytes;
    private @Nullable Throwable failure;

    /** The set becomes this run's own. */
    HashRun(ChunkLayout layout, ChunkSet chunks, ChunkHasher.Bytes bytes, FileHasher.Sink sink, HashProgress progress) {
        this.layout = layout;
        this.chunks = chunks;
        this.bytes = bytes;
        this.sink = sink;
        this.progress = progress;
    }

    /** Hashes chunks until none is left. */
    void work() {
        try {
            ChunkHasher hasher = new ChunkHasher(layout);
            for (int chunk = take(); chunk >= 0; chunk = take()) {
                Hash hash = hasher.hash(bytes, chunk);
                sink.accept(chunk, hash);
                advance(layout.size(chunk));
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Lets other threads work and waits for all of them, whatever happens: none may use the file afterwards. */
    void workOn(Executor workers, int tasks) {
        Crew.work(workers, tasks, this::work, this::fail);
    }

    /** Throws what went wrong. */
    synchronized void finish() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    private synchronized int take() {
        int chunk = failure == null ? chunks.next(next) : -1;
        if (chunk >= 0) {
            next = chunk + 1;
        }
        return chunk;
    }

    private synchronized void advance(int size) {
        hashedBytes += size;
        if (failure != null) {
            return;
        }
        try {
            progress.hashed(hashedBytes);
        } catch (RuntimeException | Error e) {
            // Noted before the lock is free: nobody else may report after who watches has ended it.
            failure = e;
        }
    }

    private synchronized void fail(Throwable e) {
        failure = failure == null ? e : failure;
    }
}
