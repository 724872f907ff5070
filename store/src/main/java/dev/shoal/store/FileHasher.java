package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.content.SegmentTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Hashes files, on all processors. Thread-safe. A small file is hashed by the thread that asks: whoever has many of
 * them asks from several threads. A large one is hashed by threads that all calls share, so that many calls do not
 * bring more threads than processors; they end when there is nothing to do. Memory: 256 KiB a thread, and the row.
 */
public final class FileHasher implements AutoCloseable {

    /** Up to this length, handing the file to other threads costs more than it saves (half a millisecond of work). */
    static final long SMALL_BYTES = 1024 * 1024;

    /** How long a thread without work lives. */
    private static final long IDLE_MILLIS = 1000;

    private final int threads;
    private final ThreadPoolExecutor workers;

    /** With a thread for every processor. */
    public FileHasher() {
        this(Runtime.getRuntime().availableProcessors());
    }

    /** With so many threads, at least one. */
    public FileHasher(int threads) {
        this.threads = threads;
        // The queue needs no limit of its own: a caller waits for what it put in, at most one task a thread.
        this.workers = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_MILLIS,
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("shoal-hash-", 0).factory());
        workers.allowCoreThreadTimeOut(true);
    }

    /** As {@link #hash(Path, HashProgress)}, unseen. */
    public HashedFile hash(Path path) {
        return hash(path, HashProgress.UNSEEN);
    }

    /**
     * Hashes a file; a symbolic link is followed, but the path stays that of the link.
     *
     * @throws FileChangedException when it was written to or replaced meanwhile
     * @throws FileAccessException when it cannot be read, is no file, or is longer than a content can be
     */
    public HashedFile hash(Path path, HashProgress progress) {
        Path file = path.toAbsolutePath().normalize();
        FileStamp before = FileStamp.of(file);
        if (before.size() > ContentId.MAX_LENGTH) {
            throw new FileAccessException(Failures.show(file) + " has " + before.size()
                    + " bytes; a content has at most " + ContentId.MAX_LENGTH);
        }
        ChunkLayout layout = new ChunkLayout(before.size());
        byte[] row = new byte[layout.chunkCount() * Hash.BYTES];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            hashChunks(
                    layout,
                    ChunkSet.full(layout.chunkCount()),
                    (offset, target) -> readAll(channel, file, offset, target),
                    (chunk, hash) -> hash.writeTo(row, chunk * Hash.BYTES),
                    progress);
        } catch (IOException e) {
            throw Failures.of("cannot read", file, e);
        }
        if (!FileStamp.of(file).equals(before)) {
            throw changed(file);
        }
        return new HashedFile(file, before, new ContentId(new HashTree().root(layout, row), layout.length()), row);
    }

    /** Is given the hash of each chunk, on the thread that made it; several threads at a time. */
    @FunctionalInterface
    interface Sink {
        void accept(int chunk, Hash hash);
    }

    /** Hashes some chunks of a content; the reader is called by several threads. */
    void hashChunks(ChunkLayout layout, ChunkSet chunks, ChunkHasher.Bytes bytes, Sink sink, HashProgress progress) {
        HashRun run = new HashRun(layout, chunks.copy(), bytes, sink, progress);
        int tasks = Math.min(threads, chunks.count());
        if (layout.length() <= SMALL_BYTES || tasks <= 1) {
            run.work();
            run.finish();
            return;
        }
        run.workOn(workers, tasks);
        run.finish();
    }

    /**
     * Cuts bytes into segments.
     *
     * @param length how many bytes there are
     * @param bytes reads them; called by several threads
     * @param mostThreads how many processors this may take from others
     * @throws IllegalArgumentException when there are too many segments for a table
     */
    public SegmentTable segments(long length, SegmentBytes bytes, int mostThreads) {
        return new SegmentRun(length, bytes).run(workers, Math.min(threads, mostThreads));
    }

    /** Does something for each of so many numbers, on all processors; throws the first failure. */
    void forEach(int count, IntConsumer work) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        Crew.work(
                workers,
                Math.min(threads, count),
                () -> {
                    try {
                        for (int number = next.getAndIncrement();
                                number < count && failure.get() == null;
                                number = next.getAndIncrement()) {
                            work.accept(number);
                        }
                    } catch (RuntimeException e) {
                        failure.compareAndSet(null, e);
                    }
                },
                e -> failure.compareAndSet(null, e));
        RuntimeException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    /** Lets the threads end; what is under way goes on to its end. */
    @Override
    public void close() {
        workers.shutdown();
    }

    private static void readAll(FileChannel channel, Path file, long offset, ByteBuffer target) {
        try {
            long at = offset;
            while (target.hasRemaining()) {
                int read = channel.read(target, at);
                if (read < 0) {
                    throw changed(file);
                }
                at += read;
            }
        } catch (IOException e) {
            throw Failures.of("cannot read", file, e);
        }
    }

    private static FileChangedException changed(Path file) {
        return new FileChangedException(
                Failures.show(file) + " changed while it was hashed. Wait until nothing writes to it, then try again");
    }
}
