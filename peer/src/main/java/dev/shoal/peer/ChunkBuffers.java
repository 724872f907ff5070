package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap for the chunks of a download that are on their way; how many there are is limited by who
 * decides on the requests. Not thread-safe, but what it hands out may be used elsewhere.
 */
final class ChunkBuffers {

    private final ChunkLayout layout;
    private final Map<Integer, ByteBuffer> used = new HashMap<>();
    private final Deque<ByteBuffer> free = new ArrayDeque<>();

    ChunkBuffers(ChunkLayout layout) {
        this.layout = layout;
    }

    /** Where some blocks of a chunk go; the chunk gets a buffer when it has none. */
    ByteBuffer blocks(int chunk, int firstBlock, int bytes) {
        ByteBuffer buffer = used.computeIfAbsent(chunk, any -> {
            ByteBuffer again = free.pollLast();
            return again == null ? ByteBuffer.allocateDirect(layout.chunkBytes()) : again;
        });
        return buffer.slice(firstBlock * ChunkLayout.BLOCK_BYTES, bytes);
    }

    /** All of a chunk; null when it has no buffer. */
    @Nullable
    ByteBuffer chunk(int chunk) {
        ByteBuffer buffer = used.get(chunk);
        return buffer == null ? null : buffer.slice(0, layout.size(chunk));
    }

    /** A chunk needs its buffer no longer. */
    void release(int chunk) {
        ByteBuffer buffer = used.remove(chunk);
        if (buffer != null) {
            free.add(buffer);
        }
    }
}
