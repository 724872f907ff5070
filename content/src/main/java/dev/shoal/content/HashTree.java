package dev.shoal.content;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash tree of a content: SHA-256 over blocks of 16 KiB, exactly the per-file "pieces root" of BEP 52. The leaves
 * are the hashes of the blocks (the last block is short, not padded); the leaf row is filled to a power of two with
 * zeros, so padding further up is the root of an all-zero subtree; a parent is SHA-256(left ‖ right). A content of one
 * block has the hash of its bytes; the empty content has 32 zero bytes.
 *
 * <p>A row of the tree is a byte array of 32 bytes a node. An instance keeps a digest and is for one thread at a time.
 */
public final class HashTree {

    /** No tree is higher: 64 TiB are 2^32 blocks. */
    private static final int MAX_HEIGHT = 32;

    private static final byte[][] ZERO_ROOTS = new byte[MAX_HEIGHT + 1][];

    static {
        MessageDigest sha256 = newSha256();
        ZERO_ROOTS[0] = new byte[Hash.BYTES];
        for (int level = 1; level <= MAX_HEIGHT; level++) {
            sha256.update(ZERO_ROOTS[level - 1]);
            ZERO_ROOTS[level] = sha256.digest(ZERO_ROOTS[level - 1]);
        }
    }

    private final MessageDigest sha256;

    /** A tree that hashes with the JDK's SHA-256, which uses the processor's SHA instructions. */
    public HashTree() {
        this.sha256 = newSha256();
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The leaf row of a run of blocks that starts at a block's border; the last block may be short. */
    public byte[] leaves(byte[] data, int offset, int length) {
        int blocks = (length + ChunkLayout.BLOCK_BYTES - 1) / ChunkLayout.BLOCK_BYTES;
        byte[] row = new byte[blocks * Hash.BYTES];
        for (int block = 0; block < blocks; block++) {
            int at = block * ChunkLayout.BLOCK_BYTES;
            sha256.update(data, offset + at, Math.min(ChunkLayout.BLOCK_BYTES, length - at));
            digestInto(row, block * Hash.BYTES);
        }
        return row;
    }

    /** As {@link #leaves(byte[], int, int)}, of the bytes that remain in a buffer, which is left as it was. */
    public byte[] leaves(ByteBuffer data) {
        if (data.hasArray()) {
            return leaves(data.array(), data.arrayOffset() + data.position(), data.remaining());
        }
        int blocks = (data.remaining() + ChunkLayout.BLOCK_BYTES - 1) / ChunkLayout.BLOCK_BYTES;
        byte[] row = new byte[blocks * Hash.BYTES];
        ByteBuffer rest = data.duplicate();
        for (int block = 0; block < blocks; block++) {
            rest.limit(Math.min(data.limit(), rest.position() + ChunkLayout.BLOCK_BYTES));
            sha256.update(rest);
            digestInto(row, block * Hash.BYTES);
        }
        return row;
    }

    /** The hash of one chunk, from its data. */
    public Hash chunkHash(ChunkLayout layout, int chunk, ByteBuffer data) {
        if (data.remaining() != layout.size(chunk)) {
            throw new IllegalArgumentException(
                    "chunk " + chunk + " has " + layout.size(chunk) + " bytes, not " + data.remaining());
        }
        return subtreeRoot(leaves(data), 0, layout.chunkLevel());
    }

    /** The root of the content, from the row of all its chunk hashes. */
    public Hash root(ChunkLayout layout, byte[] chunkRow) {
        if (chunkRow.length != layout.chunkCount() * Hash.BYTES) {
            throw new IllegalArgumentException(
                    "a row of " + layout.chunkCount() + " chunks, not of " + chunkRow.length / (double) Hash.BYTES);
        }
        if (layout.length() == 0) {
            return Hash.ZERO;
        }
        return subtreeRoot(chunkRow, layout.chunkLevel(), layout.height());
    }

    /**
     * The node at {@code rootLevel} over a row at {@code rowLevel}, which is filled up with the roots of all-zero
     * subtrees. The row is at least one node and at most 2^(rootLevel − rowLevel) nodes.
     */
    public Hash subtreeRoot(byte[] row, int rowLevel, int rootLevel) {
        int nodes = row.length / Hash.BYTES;
        if (nodes == 0 || row.length % Hash.BYTES != 0 || nodes > 1L << (rootLevel - rowLevel)) {
            throw new IllegalArgumentException(
                    row.length + " bytes are no row at level " + rowLevel + " below level " + rootLevel);
        }
        byte[] current = row.clone();
        for (int level = rowLevel; level < rootLevel; level++) {
            int parents = (nodes + 1) / 2;
            for (int parent = 0; parent < parents; parent++) {
                int left = parent * 2 * Hash.BYTES;
                if (parent * 2 + 1 < nodes) {
                    sha256.update(current, left, 2 * Hash.BYTES);
                } else {
                    sha256.update(current, left, Hash.BYTES);
                    sha256.update(ZERO_ROOTS[level]);
                }
                digestInto(current, parent * Hash.BYTES);
            }
            nodes = parents;
        }
        return Hash.of(current, 0);
    }

    private void digestInto(byte[] row, int offset) {
        try {
            sha256.digest(row, offset, Hash.BYTES);
        } catch (java.security.DigestException e) {
            throw new IllegalStateException("there is room for the digest", e);
        }
    }
}
