package dev.shoal.cli;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.peer.Cancellation;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Finds out the identity of a file's content, on all processors. */
final class FileDigest {

    /** Read at once: large enough for the disk, small enough to be in the cache when it is hashed. */
    private static final int PIECE_BYTES = 1024 * 1024;

    /** More threads than this wait for the disk, and each holds a piece. */
    private static final int MAX_THREADS = 32;

    private final Path file;
    private final ChunkLayout layout;
    private final byte[] chunkRow;
    private final AtomicInteger nextChunk = new AtomicInteger();
    private final AtomicLong doneBytes = new AtomicLong();
    private final LongConsumer progress;
    private final Cancellation cancellation;

    private FileDigest(Path file, long length, LongConsumer progress, Cancellation cancellation) {
        this.file = file;
        this.layout = new ChunkLayout(length);
        this.chunkRow = new byte[layout.chunkCount() * Hash.BYTES];
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * Reads and hashes a file. When it is cancelled, the result means nothing.
     *
     * @param progress is told how many bytes are done, on several threads
     * @throws IOException when the file cannot be read, or becomes shorter meanwhile
     */
    static ContentId of(Path file, LongConsumer progress, Cancellation cancellation) throws IOException {
        FileDigest digest = new FileDigest(file, Files.size(file), progress, cancellation);
        digest.hashChunks();
        return new ContentId(new HashTree().root(digest.layout, digest.chunkRow), digest.layout.length());
    }

    private void hashChunks() throws IOException {
        int threads =
                Math.clamp(Math.min(Runtime.getRuntime().availableProcessors(), layout.chunkCount()), 1, MAX_THREADS);
        List<Future<?>> work = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                work.add(executor.submit(() -> {
                    hashFreeChunks();
                    return null;
                }));
            }
        }
        for (Future<?> done : work) {
            try {
                done.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause() == null ? "unknown" : Mistake.reason(e.getCause()), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private void hashFreeChunks() throws IOException {
        HashTree tree = new HashTree();
        ByteBuffer piece = ByteBuffer.allocateDirect(Math.min(PIECE_BYTES, layout.chunkBytes()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int chunk = nextChunk.getAndIncrement();
            while (chunk < layout.chunkCount() && !cancellation.isCancelled()) {
                Hash hash = tree.subtreeRoot(leaves(channel, chunk, tree, piece), 0, layout.chunkLevel());
                ByteBuffer.wrap(chunkRow, chunk * Hash.BYTES, Hash.BYTES)
                        .putLong(hash.word0())
                        .putLong(hash.word1())
                        .putLong(hash.word2())
                        .putLong(hash.word3());
                progress.accept(doneBytes.addAndGet(layout.size(chunk)));
                chunk = nextChunk.getAndIncrement();
            }
        }
    }

    private byte[] leaves(FileChannel channel, int chunk, HashTree tree, ByteBuffer piece) throws IOException {
        byte[] row = new byte[layout.blocks(chunk) * Hash.BYTES];
        int filled = 0;
        int size = layout.size(chunk);
        for (int at = 0; at < size; at += piece.capacity()) {
            piece.clear().limit(Math.min(piece.capacity(), size - at));
            while (piece.hasRemaining()) {
                if (channel.read(piece, layout.offset(chunk) + at + piece.position()) < 0) {
                    throw new EOFException("it became shorter while it was read");
                }
            }
            byte[] leaves = tree.leaves(piece.flip());
            System.arraycopy(leaves, 0, row, filled, leaves.length);
            filled += leaves.length;
        }
        return row;
    }
}
