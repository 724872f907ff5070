package dev.shoal.peer;

import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** That no other process runs the peer of a home, until this is closed. Any thread. */
final class HomeLock implements AutoCloseable {

    private final FileChannel channel;
    private final FileLock lock;

    private HomeLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the lock; empty when somebody else has it, in this process or another.
     *
     * @throws IOException when the home cannot be written
     */
    static Optional<HomeLock> tryTake(Home home) throws IOException {
        // Who may write to the file may hold its lock, and nobody else is to keep the peer from running.
        SecretFile.createIfAbsent(home.lockFile());
        FileChannel channel = FileChannel.open(home.lockFile(), StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new HomeLock(channel, lock));
    }

    /**
     * That it is still held.
     *
     * @throws IOException when it is not
     */
    void check() throws IOException {
        if (!lock.isValid()) {
            throw new IOException("the lock of the home was lost");
        }
    }

    /** Gives it back. When the system cannot, it does so at the latest as the process ends. */
    @Override
    public void close() throws IOException {
        try (channel) {
            lock.release();
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }
}
