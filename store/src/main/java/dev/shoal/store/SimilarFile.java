package dev.shoal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file on this disk that may hold parts of a content which is to be put together. It may change at any time: what is
 * read from it is verified by whoever uses it. Thread-safe.
 */
public final class SimilarFile implements AutoCloseable {

    private final Path path;
    private final FileStamp stamp;
    private final FileChannel channel;

    private SimilarFile(Path path, FileStamp stamp, FileChannel channel) {
        this.path = path;
        this.stamp = stamp;
        this.channel = channel;
    }

    /**
     * Opens a file.
     *
     * @throws FileAccessException when it cannot be read, or is no file
     */
    public static SimilarFile open(Path path) {
        Path file = path.toAbsolutePath().normalize();
        FileStamp stamp = FileStamp.of(file);
        try {
            return new SimilarFile(file, stamp, FileChannel.open(file, StandardOpenOption.READ));
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
