package dev.shoal.index;

import dev.shoal.content.ContentId;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The directory for those who only look: each look takes the index's lock. Thread-safe. */
final class SharedDirectory {

    private final ReentrantLock lock;
    private final Directory directory;

    SharedDirectory(ReentrantLock lock, Directory directory) {
        this.lock = lock;
        this.directory = directory;
    }

    Directory.State state(ContentId content) {
        return locked(() -> directory.state(content));
    }

    boolean isOnline(ContentId content) {
        return locked(() -> directory.isOnline(content));
    }

    List<ContentId> online(int max) {
        return locked(() -> directory.online(max));
    }

    int contentCount() {
        return locked(directory::contentCount);
    }

    long changes() {
        return locked(directory::changes);
    }

    <T> T locked(Supplier<T> look) {
        lock.lock();
        try {
            return look.get();
        } finally {
            lock.unlock();
        }
    }
}
