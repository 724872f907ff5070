package dev.shoal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A part file on a real disk, locked against every other process. As POSIX has it, the lock is gone when this process
 * closes any other channel to the same file: nobody opens a part file but through here. Thread-safe.
 */
final class DiskFile implements BlockFile {

    /** Another process may finish and remove the file between looking and locking, but not forever. */
    private static final int MAX_ATTEMPTS = 5;

    /** One byte far behind any content is locked: where locks are binding, reading goes on. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final Path LOCKS = Path.of("/proc/locks");

    private final FileChannel channel;

    private final boolean isNew;

    private DiskFile(FileChannel channel, boolean isNew) {
        this.channel = channel;
        this.isNew = isNew;
    }

    /** Whether it was made just now. */
    boolean isNew() {
        return isNew;
    }

    /**
     * Opens and locks a part file, and makes it when there is none. One that has a second name is not written to: a
     * finish was interrupted after the link, and the other name belongs to the user by now. Its part name is removed.
     *
     * @throws PartInUseException when it is locked
     */
    static DiskFile open(Path path) {
        try {
            for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
                DiskFile file = openOnce(path);
                if (file != null) {
                    return file;
                }
            }
        } catch (IOException e) {
            throw Failures.of("cannot write", path, e);
        }
        throw inUse(path, "another process, which keeps replacing it");
    }

    private static @Nullable DiskFile openOnce(Path path) throws IOException {
        String before = keyOf(path);
        OpenOption[] options = before == null
                ? new OpenOption[] {
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.SPARSE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE
                }
                : new OpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS};
        FileChannel channel;
        try {
            channel = FileChannel.open(path, options);
        } catch (NoSuchFileException e) {
            if (before == null) {
                throw e;
            }
            return null;
        } catch (FileAlreadyExistsException e) {
            return null;
        }
        boolean mine = false;
        try {
            lock(channel, path);
            String after = keyOf(path);
            // Another process may have finished with the file before it was locked: then this one has no name any more.
            mine = after != null && (before == null || after.equals(before));
            if (mine && names(path) > 1) {
                Files.delete(path);
                mine = false;
            }
            return mine ? new DiskFile(channel, before == null) : null;
        } finally {
            if (!mine) {
                channel.close();
            }
        }
    }

    private static void lock(FileChannel channel, Path path) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException e) {
            throw inUse(path, "this process");
        }
        if (lock == null) {
            throw inUse(path, holder(path));
        }
    }

    private static PartInUseException inUse(Path path, String holder) {
        return new PartInUseException(
                Failures.show(path) + " is being downloaded by " + holder + ". Wait for it, or choose another name");
    }

    /** Which process holds the lock, where the system tells. */
    private static String holder(Path path) {
        try (Stream<String> locks = Files.lines(LOCKS)) {
            String inode = ":" + FileStamp.of(path).key();
            return locks.map(line -> line.trim().split("\\s+"))
                    .filter(fields -> fields.length > 5 && fields[5].endsWith(inode))
                    .map(fields -> "process " + fields[4])
                    .findFirst()
                    .orElse("another process");
        } catch (IOException | RuntimeException untold) {
            return "another process";
        }
    }

    /** Null when there is no file. */
    private static @Nullable String keyOf(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                ? FileStamp.of(path).key()
                : null;
    }

    private static int names(Path path) throws IOException {
        Set<String> views = path.getFileSystem().supportedFileAttributeViews();
        return views.contains("unix") && Files.getAttribute(path, "unix:nlink") instanceof Integer names ? names : 1;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        return channel.read(target, offset);
    }

    @Override
    public int write(ByteBuffer source, long offset) throws IOException {
        return channel.write(source, offset);
    }

    @Override
    public void force(boolean withCut) throws IOException {
        channel.force(withCut);
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
