package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Which chunks of a part file are there, which are just being written, and which are recorded as forced. Thread-safe;
 * its lock is never held while the disk works.
 */
final class PartChunks {

    private final ChunkLayout layout;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    private final ChunkSet recorded;
    private final ChunkSet held;
    private final ChunkSet writing;
    private long unrecordedBytes;
    private long unrecordedSinceNanos;

    /** The set becomes its own. */
    PartChunks(ChunkLayout layout, ChunkSet recorded, LongSupplier nanoClock) {
        this.layout = layout;
        this.nanoClock = nanoClock;
        this.recorded = recorded;
        this.held = recorded.copy();
        this.writing = new ChunkSet(recorded.size());
    }

    /**
     * What is to be recorded.
     *
     * @param all every chunk that is there
     * @param added those of them that are not recorded
     * @param bytes their size
     */
    record Unrecorded(ChunkSet all, ChunkSet added, long bytes) {}

    ChunkSet held() {
        lock.lock();
        try {
            return held.copy();
        } finally {
            lock.unlock();
        }
    }

    boolean holds(int chunk) {
        lock.lock();
        try {
            return chunk >= 0 && chunk < held.size() && held.contains(chunk);
        } finally {
            lock.unlock();
        }
    }

    /** The first chunk of a range of bytes, at least one, that is missing; −1 when none is. */
    int missingIn(long offset, int length) {
        int first = (int) (offset / layout.chunkBytes());
        int last = (int) ((offset + length - 1) / layout.chunkBytes());
        lock.lock();
        try {
            int missing = held.nextMissing(first);
            return missing > last ? -1 : missing;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes are still to come. */
    long missingBytes() {
        ChunkSet chunks = held();
        long missing = 0;
        for (int chunk = chunks.nextMissing(0); chunk >= 0; chunk = chunks.nextMissing(chunk + 1)) {
            missing += layout.size(chunk);
        }
        return missing;
    }

    /** Reserves a chunk for the one who writes it; false when it is there or being written. */
    boolean claim(int chunk) {
        lock.lock();
        try {
            return !held.contains(chunk) && writing.add(chunk);
        } finally {
            lock.unlock();
        }
    }

    /** Ends what {@link #claim} began. */
    void settle(int chunk, boolean written) {
        lock.lock();
        try {
            writing.remove(chunk);
            if (written) {
                hold(chunk);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Adds chunks that were found on the disk. */
    void found(ChunkSet chunks) {
        lock.lock();
        try {
            for (int chunk = chunks.next(0); chunk >= 0; chunk = chunks.next(chunk + 1)) {
                hold(chunk);
            }
        } finally {
            lock.unlock();
        }
    }

    private void hold(int chunk) {
        if (held.add(chunk)) {
            unrecordedSinceNanos = unrecordedBytes == 0 ? nanoClock.getAsLong() : unrecordedSinceNanos;
            unrecordedBytes += layout.size(chunk);
        }
    }

    /** Whether more than so much is not recorded, or anything for longer than that. */
    boolean isDue(long bytes, long nanos) {
        lock.lock();
        try {
            return unrecordedBytes >= bytes
                    || (unrecordedBytes > 0 && nanoClock.getAsLong() - unrecordedSinceNanos >= nanos);
        } finally {
            lock.unlock();
        }
    }

    /** What to record now. */
    Unrecorded unrecorded() {
        lock.lock();
        try {
            ChunkSet added = new ChunkSet(held.size());
            for (int chunk = held.next(0); chunk >= 0; chunk = held.next(chunk + 1)) {
                if (!recorded.contains(chunk)) {
                    added.add(chunk);
                }
            }
            return new Unrecorded(held.copy(), added, unrecordedBytes);
        } finally {
            lock.unlock();
        }
    }

    /** Notes that this is recorded. */
    void recorded(Unrecorded now) {
        lock.lock();
        try {
            for (int chunk = now.added.next(0); chunk >= 0; chunk = now.added.next(chunk + 1)) {
                recorded.add(chunk);
            }
            unrecordedBytes -= now.bytes;
            unrecordedSinceNanos = nanoClock.getAsLong();
        } finally {
            lock.unlock();
        }
    }

    /** Takes chunks out that turned out wrong; what was recorded without them is what is left. */
    ChunkSet drop(ChunkSet wrong) {
        lock.lock();
        try {
            for (int chunk = wrong.next(0); chunk >= 0; chunk = wrong.next(chunk + 1)) {
                if (held.remove(chunk) && !recorded.remove(chunk)) {
                    unrecordedBytes -= layout.size(chunk);
                }
            }
            return recorded.copy();
        } finally {
            lock.unlock();
        }
    }
}
