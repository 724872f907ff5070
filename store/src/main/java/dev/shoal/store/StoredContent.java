package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A content of which at least some chunks are on this disk, to be served to others. Thread-safe; reading takes no lock
 * while the disk works, so that a slow disk slows down only who waits for it.
 */
public sealed interface StoredContent extends AutoCloseable permits SharedFile, SharedFolder, PartialFile {

    /** Which content it is. */
    ContentId id();

    /** How it is cut into chunks. */
    default ChunkLayout layout() {
        return id().layout();
    }

    /** The chunks that are there now, in a set of the caller's own. */
    ChunkSet chunks();

    /** Whether a chunk is there now. */
    boolean holds(int chunk);

    /** The hashes of all chunks, when they are known yet. The array is the content's own: it is only to be read. */
    Optional<byte[]> chunkRow();

    /**
     * Fills the rest of the buffer with the bytes from an offset on. When it throws, what is in the buffer is of no
     * use.
     *
     * @throws IndexOutOfBoundsException when that goes past the end of the content
     * @throws ChunkMissingException when a chunk in it is not there
     * @throws FileChangedException when the file is not the one that was hashed; it is not served again
     * @throws ContentClosedException when the content is closed
     */
    void read(long offset, ByteBuffer target);

    /** Whether what is behind it is still as it should be, as far as that shows without reading it. */
    boolean isIntact();

    /**
     * Hashes one chunk again, after somebody said that it is wrong.
     *
     * @return whether it is right; if not, this is not served any more
     */
    default boolean recheck(int chunk) {
        // What is still being downloaded was hashed moments ago.
        return true;
    }

    /** Lets go of the file. A read that is under way either ends well or throws {@link ContentClosedException}. */
    @Override
    void close();
}
