package dev.shoal.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Writes to much memory once and gives it back. On a virtual machine the first touch of a page costs several times as
 * much as later ones, because the host has to find it; this way every contender meets pages that the host has found.
 */
final class MemoryTouch {

    private static final long PART_BYTES = 256L << 20;
    private static final long PAGE_BYTES = 4_096;

    private MemoryTouch() {}

    /** Touches so many bytes. */
    static void touch(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            for (long left = bytes; left > 0; left -= PART_BYTES) {
                MemorySegment part = arena.allocate(Math.min(left, PART_BYTES), PAGE_BYTES);
                part.fill((byte) 1);
            }
        }
    }
}
