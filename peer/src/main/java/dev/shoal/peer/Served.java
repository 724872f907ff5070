package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.store.SharedFile;
import dev.shoal.store.StoredContent;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A content that this peer serves, whole or in part, and how much of it was sent. Thread-safe. */
final class Served {

    private final StoredContent stored;
    private final AtomicLong uploadedBytes = new AtomicLong();

    Served(StoredContent stored) {
        this.stored = stored;
    }

    /** What it is. */
    ContentId content() {
        return stored.id();
    }

    /** Where its bytes are. */
    StoredContent stored() {
        return stored;
    }

    /** How much of it was sent to others. */
    long uploadedBytes() {
        return uploadedBytes.get();
    }

    /** Counts what was sent. */
    void uploaded(int bytes) {
        uploadedBytes.addAndGet(bytes);
    }

    /** The chunks that can be read now; a copy. */
    ChunkSet chunks() {
        return stored.chunks();
    }

    /** The hashes of all chunks, 32 bytes each; null when they are not known yet. */
    byte @Nullable [] chunkRow() {
        return stored.chunkRow().orElse(null);
    }

    /**
     * Fills the buffer from an offset.
     *
     * @throws dev.shoal.store.StoreException when the file is gone, has changed, or cannot be read: the content is no
     *     longer served
     */
    void read(long offset, ByteBuffer target) {
        stored.read(offset, target);
    }

    /** Somebody says that a chunk was wrong. Returns whether it is right on the disk. */
    boolean recheck(int chunk) {
        // What is still being downloaded was hashed moments ago.
        return !(stored instanceof SharedFile file) || file.recheck(chunk);
    }
}
