package dev.shoal.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The few operations on a file that a part file needs, so that a test can stand in for a disk that loses what was not
 * forced. Thread-safe, but for bytes that two threads write.
 */
interface BlockFile extends AutoCloseable {

    /**
     * A buffer on the heap is handed over in pieces of this many bytes: the JDK copies each into a direct buffer of its
     * size, and keeps that one for the thread.
     */
    int MAX_PIECE_BYTES = 1024 * 1024;

    /** Reads some bytes at an offset; −1 past the end. */
    int read(ByteBuffer target, long offset) throws IOException;

    /** Writes some bytes at an offset; a gap that this leaves reads as zeros. */
    int write(ByteBuffer source, long offset) throws IOException;

    /**
     * Returns when all that was written is on the disk.
     *
     * @param withCut whether a length that became smaller is to be on the disk too, not only what it takes to read
     */
    void force(boolean withCut) throws IOException;

    /** Cuts what is past a length. */
    void truncate(long size) throws IOException;

    /** The length in bytes. */
    long size() throws IOException;

    @Override
    void close() throws IOException;

    /** Fills a buffer. */
    default void readFully(ByteBuffer target, long offset) throws IOException {
        int limit = target.limit();
        long at = offset;
        while (target.position() < limit) {
            int read = read(target.limit(pieceEnd(target, limit)), at);
            if (read < 0) {
                throw new EOFException("the file ends at " + at);
            }
            at += read;
        }
    }

    /** Writes a buffer to its end. */
    default void writeFully(ByteBuffer source, long offset) throws IOException {
        int limit = source.limit();
        long at = offset;
        while (source.position() < limit) {
            at += write(source.limit(pieceEnd(source, limit)), at);
        }
    }

    private static int pieceEnd(ByteBuffer buffer, int limit) {
        return buffer.isDirect() ? limit : Math.min(limit, buffer.position() + MAX_PIECE_BYTES);
    }
}
