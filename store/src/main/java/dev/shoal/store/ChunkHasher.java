package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import java.nio.ByteBuffer;

/**
 * Hashes chunks that are read piece by piece, so that a chunk of 16 MiB needs no buffer of its size. Reuses its buffer;
 * for one thread at a time.
 */
final class ChunkHasher {

    /** What is read at once, a whole number of blocks: stays in the processor's cache between reading and hashing. */
    static final int PIECE_BYTES = 16 * ChunkLayout.BLOCK_BYTES;

    private final HashTree tree = new HashTree();
    private final ChunkLayout layout;
    private final ByteBuffer piece;

    ChunkHasher(ChunkLayout layout) {
        this.layout = layout;
        this.piece = ByteBuffer.allocateDirect((int) Math.min(PIECE_BYTES, layout.length()));
    }

    /** Bytes that can be read anywhere. */
    @FunctionalInterface
    interface Bytes {
        /** Fills the buffer with what is at the offset, or throws. */
        void read(long offset, ByteBuffer target);
    }

    /** Reads one chunk and hashes it. */
    Hash hash(Bytes bytes, int chunk) {
        int size = layout.size(chunk);
        byte[] leaves = new byte[layout.blocks(chunk) * Hash.BYTES];
        int filled = 0;
        for (int at = 0; at < size; at += PIECE_BYTES) {
            piece.clear().limit(Math.min(PIECE_BYTES, size - at));
            bytes.read(layout.offset(chunk) + at, piece);
            byte[] row = tree.leaves(piece.flip());
            System.arraycopy(row, 0, leaves, filled, row.length);
            filled += row.length;
        }
        return tree.subtreeRoot(leaves, 0, layout.chunkLevel());
    }
}
