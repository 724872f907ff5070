package dev.shoal.store;

import dev.shoal.content.ContentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file on this disk that may hold parts of a content which is to be put together. It may change at any time: what is
 * read from it is verified by whoever uses it. Thread-safe.
 */
public final class SimilarFile implements AutoCloseable {

    private final Path path;
    private final FileStamp stamp;
    private final @Nullable ContentId content;
    private final FileChannel channel;

    private SimilarFile(Path path, FileStamp stamp, @Nullable ContentId content, FileChannel channel) {
        this.path = path;
        this.stamp = stamp;
        this.content = content;
        this.channel = channel;
    }

    /**
     * Opens a file.
     *
     * @throws FileAccessException when it cannot be read, or is no file
     */
    public static SimilarFile open(Path path) {
        Path file = path.toAbsolutePath().normalize();
        return opened(file, FileStamp.of(file), null);
    }

    /**
     * Opens a file of which it is known what it was.
     *
     * @throws FileChangedException when it does not look so any more
     * @throws FileAccessException when it cannot be read, or is no file
     */
    static SimilarFile open(Path file, FileStamp stamp, ContentId content) {
        if (!FileStamp.of(file).equals(stamp)) {
            throw new FileChangedException(Failures.show(file) + " is not what it was");
        }
        return opened(file, stamp, content);
    }

    private static SimilarFile opened(Path file, FileStamp stamp, @Nullable ContentId content) {
        try {
            return new SimilarFile(file, stamp, content, FileChannel.open(file, StandardOpenOption.READ));
        } catch (IOException e) {
            throw Failures.of("cannot read", file, e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** What it looked like when it was opened. */
    public FileStamp stamp() {
        return stamp;
    }

    /**
     * Looks whether it is still what was opened.
     *
     * @throws FileChangedException when something else is there, or it was written to
     * @throws FileAccessException when nothing is there
     */
    public void checkUnchanged() {
        if (!FileStamp.of(path).equals(stamp)) {
            throw new FileChangedException(Failures.show(path) + " was changed while it was read");
        }
    }

    /** What it is, where that is known without reading it. */
    public Optional<ContentId> content() {
        return Optional.ofNullable(content);
    }

    /** Its length in bytes when it was opened. */
    public long length() {
        return stamp.size();
    }

    /**
     * Fills the buffer from an offset.
     *
     * @throws FileChangedException when it is shorter than it was
     * @throws StoreException when it cannot be read
     */
    public void read(long offset, ByteBuffer target) {
        long at = offset;
        try {
            while (target.hasRemaining()) {
                int read = channel.read(target, at);
                if (read < 0) {
                    throw new FileChangedException(Failures.show(path) + " became shorter while it was read");
                }
                at += read;
            }
        } catch (IOException e) {
            throw Failures.of("cannot read", path, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException nothingToDo) {
            // It was only read.
            return;
        }
    }
}
