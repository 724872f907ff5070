package dev.shoal.index;

import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The folder of what an index keeps, locked while it runs: two of them would hand out the same sessions and names
 * without knowing of each other. The lock ends with the process, however that ends. A folder that it makes is its
 * owner's alone; one that was there keeps its rights. Thread-safe.
 */
final class DataFolder implements AutoCloseable {

    /** Name of the file that is locked; it is empty and stays. */
    static final String LOCK_NAME = "index.lock";

    /**
     * The folders of this process. Where a system gives a lock back as soon as the process closes the file, under
     * whatever descriptor, the file must not be opened a second time to find out.
     */
    private static final Set<Path> HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private DataFolder(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Makes the folder where there is none, and takes it.
     *
     * @throws DataException when another index has it, or it cannot be made or written
     */
    static DataFolder claim(Path named) {
        Path folder = real(named);
        if (!HERE.add(folder)) {
            throw inUse(named);
        }
        boolean claimed = false;
        try {
            DataFolder data = new DataFolder(folder, lock(folder, named));
            claimed = true;
            return data;
        } catch (IOException e) {
            throw new DataException(
                    "The data folder " + named + " cannot be used: " + reason(e)
                            + ". Check who owns it, and the disk, or choose another folder.",
                    e);
        } finally {
            if (!claimed) {
                HERE.remove(folder);
            }
        }
    }

    @Override
    public void close() {
        if (!HERE.contains(folder) || !channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new DataException("The data folder " + folder + " was not given back: " + reason(e) + ".", e);
        } finally {
            HERE.remove(folder);
        }
    }

    private static Path real(Path named) {
        try {
            SecretFile.createFolders(named);
            return named.toRealPath();
        } catch (IOException e) {
            throw new DataException(
                    "The data folder " + named + " cannot be made: " + reason(e) + ". Choose another folder.", e);
        }
    }

    private static FileChannel lock(Path folder, Path named) throws IOException {
        Path file = folder.resolve(LOCK_NAME);
        SecretFile.createIfAbsent(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = tryLock(channel);
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw inUse(named);
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static DataException inUse(Path named) {
        return DataException.inUse("Another index runs with the data folder " + named
                + ". Use that one, or stop it, or choose another folder for this one.");
    }

    /** What an exception of the file system says; its kind is in its class, not in its message. */
    static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "access is denied";
            case NoSuchFileException missing -> "the system makes no " + missing.getFile() + " there";
            case FileAlreadyExistsException file -> file.getFile() + " is no folder";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
