package dev.shoal.peer;

import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Changes of a file of the home by several threads and processes, one at a time: under the lock of a file beside it,
 * which stays, and whose name is longer by {@code .lock}. Runs on the caller's thread, and waits there.
 */
public final class FileChange {

    private FileChange() {}

    /** What is done to a file. */
    @FunctionalInterface
    public interface Step {
        /** Does it. */
        void run() throws IOException;
    }

    /** The same, with something that comes of it. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. */
        T run() throws IOException;
    }

    /**
     * Does it when nobody else does.
     *
     * @throws IOException when it fails, or the lock cannot be had
     */
    public static void of(Path file, Step step) throws IOException {
        of(file, () -> {
            step.run();
            return file;
        });
    }

    /**
     * The same.
     *
     * @throws IOException when it fails, or the lock cannot be had
     */
    public static <T> T of(Path file, Work<T> work) throws IOException {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        // Of one process only one thread may ask for the lock.
        synchronized (FileChange.class) {
            SecretFile.createIfAbsent(lockFile);
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid()) {
                    throw new IOException("the lock in " + lockFile + " was lost");
                }
                return work.run();
            }
        }
    }
}
