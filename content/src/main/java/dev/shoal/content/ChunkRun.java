package dev.shoal.content;

/**
 * Chunks that follow each other. Immutable.
 *
 * @param first number of the first chunk
 * @param count how many there are
 */
public record ChunkRun(int first, int count) {

    /** Number of the chunk after the last; at most 2^31 − 1. */
    public int end() {
        return (int) Math.min(Integer.MAX_VALUE, (long) first + count);
    }
}
