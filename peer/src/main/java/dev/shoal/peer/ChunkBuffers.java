package dev.shoal.peer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of the chunks that are being put together, outside the heap, used again and again. How many there are is
 * limited by the download's decisions. Not thread-safe.
 */
final class ChunkBuffers {

    private final int chunkBytes;
    private final Map<Integer, ByteBuffer> used = new HashMap<>();
    private final Deque<ByteBuffer> free = new ArrayDeque<>();

    ChunkBuffers(int chunkBytes) {
        this.chunkBytes = chunkBytes;
    }

    /** The buffer of a chunk; null when nothing of it has come. */
    @Nullable
    ByteBuffer find(int chunk) {
        return used.get(chunk);
    }

    /** A part of a chunk's buffer, which is made when it is the first. */
    ByteBuffer slice(int chunk, int offset, int bytes) {
        return used.computeIfAbsent(chunk, fresh -> take()).slice(offset, bytes);
    }

    /** The chunk needs its buffer no more. */
    void release(int chunk) {
        ByteBuffer buffer = used.remove(chunk);
        if (buffer != null) {
            free.add(buffer);
        }
    }

    private ByteBuffer take() {
        ByteBuffer last = free.pollLast();
        return last == null ? ByteBuffer.allocateDirect(chunkBytes) : last;
    }
}
