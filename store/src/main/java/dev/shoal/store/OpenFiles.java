package dev.shoal.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The open channels of all shared files: a peer may share a hundred thousand files, and a process may have a thousand
 * open. Of those that nobody reads the one that was used longest ago is closed for the next. Thread-safe; the lock is
 * never held while a file is opened, read or closed.
 */
public final class OpenFiles implements AutoCloseable {

    /** Leaves most of the usual 1 024 descriptors of a process to sockets. */
    public static final int MAX_OPEN = 256;

    /** When every channel is in use, one that reads gets its turn when another is done: that takes a disk's time. */
    private static final long WAIT_MILLIS = 10_000;

    /** Opens a file to be read. */
    @FunctionalInterface
    public interface Opener {
        /** Fails as {@link FileChannel#open} does. */
        FileChannel open(Path path) throws IOException;
    }

    private final int maxOpen;
    private final long waitMillis;
    private final Opener opener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final LinkedHashMap<Object, Opened> files = new LinkedHashMap<>(16, 0.75f, true);
    private int open;
    private boolean closed;

    /** With the usual limit. */
    public OpenFiles() {
        this(MAX_OPEN);
    }

    /** With a limit, at least one. */
    public OpenFiles(int maxOpen) {
        this(maxOpen, WAIT_MILLIS);
    }

    OpenFiles(int maxOpen, long waitMillis) {
        this(maxOpen, waitMillis, path -> FileChannel.open(path, StandardOpenOption.READ));
    }

    /**
     * With another way to open files.
     *
     * @param waitMillis how long a read waits when every channel is in use
     */
    public OpenFiles(int maxOpen, long waitMillis, Opener opener) {
        this.maxOpen = maxOpen;
        this.waitMillis = waitMillis;
        this.opener = opener;
    }

    /** A channel with the number of those who use it, guarded by the lock. */
    private static final class Opened {
        private final FileChannel channel;
        private int users = 1;
        private boolean dropped;

        Opened(FileChannel channel) {
            this.channel = channel;
        }
    }

    /** Something to do with a channel, which is open that long unless the thread is interrupted. */
    @FunctionalInterface
    interface Reading {
        void with(FileChannel channel) throws IOException;
    }

    /** Reads from the file that belongs to a key, opening it when it is not. */
    void read(Object key, Path path, Reading reading) throws IOException {
        Opened file = acquire(key, path);
        try {
            reading.with(file.channel);
        } finally {
            release(key, file);
        }
    }

    /** Closes the channel of a key, once those who read are done. */
    void drop(Object key) {
        FileChannel unused = null;
        lock.lock();
        try {
            Opened file = files.remove(key);
            if (file != null) {
                file.dropped = true;
                unused = file.users == 0 ? file.channel : null;
            }
        } finally {
            lock.unlock();
        }
        closeOne(unused);
    }

    /** How many channels are open. */
    public int count() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Closes every channel, those in use once they are done. */
    @Override
    public void close() {
        Object[] keys;
        lock.lock();
        try {
            closed = true;
            keys = files.keySet().toArray();
        } finally {
            lock.unlock();
        }
        for (Object key : keys) {
            drop(key);
        }
    }

    private Opened acquire(Object key, Path path) throws IOException {
        Opened present = presentOrPlace(key, path);
        if (present != null) {
            return present;
        }
        FileChannel channel = null;
        try {
            channel = opener.open(path);
        } finally {
            if (channel == null) {
                freePlace();
            }
        }
        return place(key, new Opened(channel));
    }

    /** The channel of a key; or null, and then there is a place for one more. */
    private @Nullable Opened presentOrPlace(Object key, Path path) {
        FileChannel idle;
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
            while (true) {
                if (closed) {
                    throw new ContentClosedException("cannot read " + Failures.show(path) + ": all files were closed");
                }
                Opened present = files.get(key);
                if (present != null && present.channel.isOpen()) {
                    present.users++;
                    return present;
                }
                if (open < maxOpen) {
                    open++;
                    return null;
                }
                idle = takeIdle();
                if (idle != null) {
                    break;
                }
                if (left <= 0) {
                    throw stuck(path);
                }
                left = released.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("cannot read " + Failures.show(path) + ": the thread was interrupted", e);
        } finally {
            lock.unlock();
        }
        // Its place is ours: it stays counted until it is closed, and we are counted from then on.
        closeChannel(idle);
        return null;
    }

    private StoreException stuck(Path path) {
        return new StoreException("cannot read " + Failures.show(path) + ": all " + maxOpen
                + " files that may be open are being read. Is a disk stuck?");
    }

    private @Nullable FileChannel takeIdle() {
        var each = files.values().iterator();
        while (each.hasNext()) {
            Opened file = each.next();
            if (file.users == 0) {
                each.remove();
                return file.channel;
            }
        }
        return null;
    }

    /** Another thread may have opened the same file meanwhile; then its channel is the one that stays. */
    private Opened place(Object key, Opened mine) {
        lock.lock();
        try {
            Opened other = files.get(key);
            if (closed || (other != null && other.channel.isOpen())) {
                mine.dropped = true;
            } else {
                files.put(key, mine);
            }
            return mine;
        } finally {
            lock.unlock();
        }
    }

    private void release(Object key, Opened file) {
        FileChannel unused = null;
        lock.lock();
        try {
            file.users--;
            boolean useless = file.dropped || !file.channel.isOpen();
            if (file.users == 0 && useless) {
                files.remove(key, file);
                unused = file.channel;
            } else if (file.users == 0) {
                released.signal();
            }
        } finally {
            lock.unlock();
        }
        closeOne(unused);
    }

    private void closeOne(@Nullable FileChannel channel) {
        if (channel != null) {
            closeChannel(channel);
            freePlace();
        }
    }

    private void freePlace() {
        lock.lock();
        try {
            open--;
            released.signal();
        } finally {
            lock.unlock();
        }
    }

    /** A channel that was only read has nothing to lose. */
    private static void closeChannel(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException nothingToDo) {
            return;
        }
    }
}
