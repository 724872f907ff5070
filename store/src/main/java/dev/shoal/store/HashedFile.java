package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.nio.file.Path;

/**
 * A file whose content is known. Immutable as long as nobody writes to the row, which belongs to whoever holds the
 * record and is never copied: that of a file of 64 GiB has 128 KiB. The row follows from the identity, so equality
 * leaves it out.
 *
 * @param path where it is, absolute
 * @param stamp what it looked like when it was hashed
 * @param id the content
 * @param chunkRow the hashes of all chunks, 32 bytes each
 */
public record HashedFile(Path path, FileStamp stamp, ContentId id, byte[] chunkRow) implements LocalContent {

    /** Checks that the parts fit each other. */
    public HashedFile {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("the path is relative: " + path);
        }
        if (stamp.size() != id.length()) {
            throw new IllegalArgumentException("a file of " + stamp.size() + " bytes, a content of " + id.length());
        }
        if (chunkRow.length != id.layout().chunkCount() * Hash.BYTES) {
            throw new IllegalArgumentException("a row of " + chunkRow.length + " bytes for " + id.layout());
        }
    }

    /** How the content is cut into chunks. */
    public ChunkLayout layout() {
        return id.layout();
    }

    @Override
    public boolean isCurrent() {
        try {
            return FileStamp.of(path).equals(stamp);
        } catch (StoreException gone) {
            return false;
        }
    }

    @Override
    public SharedFile shared(OpenFiles openFiles) {
        return new SharedFile(this, openFiles);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HashedFile file
                && path.equals(file.path)
                && stamp.equals(file.stamp)
                && id.equals(file.id);
    }

    @Override
    public int hashCode() {
        return 31 * path.hashCode() + id.hashCode();
    }

    @Override
    public String toString() {
        return path + " is " + id;
    }
}
