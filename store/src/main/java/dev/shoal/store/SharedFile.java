package dev.shoal.store;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A complete file that is shared where it lies, without a copy. Its user goes on owning it: it may be written, moved or
 * deleted at any time. It is looked at after each read (2 microseconds), and once it changed it is not served any
 * more, even if it changes back. Thread-safe.
 */
public final class SharedFile implements StoredContent {

    private final HashedFile file;
    private final OpenFiles openFiles;
    private volatile @Nullable String refusal;
    private volatile boolean closed;

    /** Shares a file. Its channel is opened by the first read. */
    public SharedFile(HashedFile file, OpenFiles openFiles) {
        this.file = file;
        this.openFiles = openFiles;
    }

    /** Where it is. */
    public Path path() {
        return file.path();
    }

    /** What it looked like when it was hashed. */
    public HashedFile hashed() {
        return file;
    }

    @Override
    public ContentId id() {
        return file.id();
    }

    /** All of them, or none once the file changed. */
    @Override
    public ChunkSet chunks() {
        int count = layout().chunkCount();
        return refusal == null ? ChunkSet.full(count) : new ChunkSet(count);
    }

    @Override
    public boolean holds(int chunk) {
        return refusal == null && chunk >= 0 && chunk < layout().chunkCount();
    }

    @Override
    public Optional<byte[]> chunkRow() {
        return Optional.of(file.chunkRow());
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        Objects.checkFromIndexSize(offset, target.remaining(), id().length());
        checkServed();
        int start = target.position();
        try {
            openFiles.read(this, file.path(), channel -> readFully(channel, offset, target));
        } catch (ClosedByInterruptException e) {
            throw Failures.of("cannot read", file.path(), e);
        } catch (ClosedChannelException e) {
            // The interrupt of another thread closed the channel of all; with a new one it works again.
            readOnceMore(offset, target.position(start));
        } catch (IOException e) {
            throw failed(e);
        }
        // What is unchanged now was so while it was read.
        checkUnchanged();
        if (closed) {
            // A read that came too late opened the file again.
            openFiles.drop(this);
        }
    }

    @Override
    public boolean recheck(int chunk) {
        Hash expected = Hash.of(file.chunkRow(), Objects.checkIndex(chunk, layout().chunkCount()) * Hash.BYTES);
        try {
            if (new ChunkHasher(layout()).hash(this::read, chunk).equals(expected)) {
                return true;
            }
        } catch (FileChangedException e) {
            return false;
        }
        refuse("chunk " + chunk + " is not what it was, although nothing shows that the file was written to");
        return false;
    }

    @Override
    public boolean isIntact() {
        if (refusal == null && !closed && !file.isCurrent()) {
            refuse("it was written to, replaced or removed");
        }
        return refusal == null && !closed;
    }

    @Override
    public void close() {
        closed = true;
        openFiles.drop(this);
    }

    private void checkServed() {
        if (closed) {
            throw new ContentClosedException(Failures.show(file.path()) + " is not shared any more");
        }
        if (refusal != null) {
            throw changed(null);
        }
    }

    private void checkUnchanged() {
        checkServed();
        if (!file.isCurrent()) {
            throw changed(null);
        }
    }

    private void readOnceMore(long offset, ByteBuffer target) {
        try {
            openFiles.read(this, file.path(), channel -> readFully(channel, offset, target));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void readFully(FileChannel channel, long offset, ByteBuffer target) throws IOException {
        long at = offset;
        while (target.hasRemaining()) {
            int read = channel.read(target, at);
            if (read < 0) {
                refuse("it is shorter than it was");
                throw changed(null);
            }
            at += read;
        }
    }

    /** A file that is gone by now has changed; anything else is what it is, and may pass: the next read opens anew. */
    private StoreException failed(IOException e) {
        if (!file.isCurrent()) {
            return changed(e);
        }
        openFiles.drop(this);
        return Failures.of("cannot read", file.path(), e);
    }

    private FileChangedException changed(@Nullable IOException cause) {
        refuse("it was written to, replaced or removed");
        String message = Failures.show(file.path()) + " changed since it was shared: " + refusal
                + ". It is not served any more; share it again to serve what it is now";
        return cause == null ? new FileChangedException(message) : new FileChangedException(message, cause);
    }

    private void refuse(String reason) {
        if (refusal == null) {
            refusal = reason;
            openFiles.drop(this);
        }
    }
}
