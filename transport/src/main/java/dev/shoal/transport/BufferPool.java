package dev.shoal.transport;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Buffers of one size that connections share: each takes one while it has something in it, so that thousands of idle
 * ones hold none. More than some are not kept. Thread-safe; a buffer belongs to who took it until it is given back.
 */
final class BufferPool {

    /** As many as are in use at a time when a machine is busy; what is beyond is left to the collector. */
    private static final int MAX_KEPT = 64;

    private final int bytes;
    private final boolean direct;
    private final ArrayBlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(MAX_KEPT);

    BufferPool(int bytes, boolean direct) {
        this.bytes = bytes;
        this.direct = direct;
    }

    /** The size of each buffer. */
    int bytes() {
        return bytes;
    }

    /** An empty buffer. */
    ByteBuffer take() {
        ByteBuffer kept = free.poll();
        if (kept != null) {
            return kept.clear();
        }
        return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }

    /** Nobody uses a buffer any more; one of another size is forgotten. */
    void give(ByteBuffer buffer) {
        if (buffer.capacity() == bytes) {
            free.offer(buffer);
        }
    }
}
