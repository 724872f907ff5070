package dev.shoal.content;

/**
 * How a content of a given length is cut into chunks. It follows from the length alone and is never negotiated: the
 * chunk size is the next power of two of ⌈length / 4096⌉, at least 64 KiB and at most 16 MiB. Immutable.
 *
 * @param length length of the content in bytes, 0 to {@link ContentId#MAX_LENGTH}
 */
public record ChunkLayout(long length) {

    /** Length of a block in bytes, the leaf of the hash tree. */
    public static final int BLOCK_BYTES = 16 * 1024;

    /** The smallest chunk size in bytes: below it, requests and hashes would outweigh the data. */
    public static final int MIN_CHUNK_BYTES = 64 * 1024;

    /** The largest chunk size in bytes: a chunk is held in memory until it is verified. */
    public static final int MAX_CHUNK_BYTES = 16 * 1024 * 1024;

    /** How many chunks a content is cut into before the size limits apply: its map then has 512 bytes. */
    private static final int AIMED_CHUNKS = 4096;

    /** Checks the length. */
    public ChunkLayout {
        if (length < 0 || length > ContentId.MAX_LENGTH) {
            throw new IllegalArgumentException("no content has " + length + " bytes");
        }
    }

    /** Size in bytes of every chunk but the last, which may be shorter. */
    public int chunkBytes() {
        long aimed = (length + AIMED_CHUNKS - 1) / AIMED_CHUNKS;
        long power = aimed <= 1 ? 1 : Long.highestOneBit(aimed - 1) << 1;
        return Math.clamp(power, MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
    }

    /** How many chunks there are; none for the empty content. */
    public int chunkCount() {
        int size = chunkBytes();
        return (int) ((length + size - 1) / size);
    }

    /** How many blocks there are in the whole content. */
    public long blockCount() {
        return (length + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    /** How many blocks a full chunk has, a power of two. */
    public int blocksPerChunk() {
        return chunkBytes() / BLOCK_BYTES;
    }

    /** Where a chunk starts in the content, in bytes. */
    public long offset(int chunk) {
        return (long) chunk * chunkBytes();
    }

    /** Size of one chunk in bytes. */
    public int size(int chunk) {
        check(chunk);
        return (int) Math.min(chunkBytes(), length - offset(chunk));
    }

    /** How many blocks one chunk has. */
    public int blocks(int chunk) {
        return (size(chunk) + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    /** Size in bytes of a run of blocks inside one chunk, the last block of the content being shorter. */
    public int size(int chunk, int firstBlock, int blockCount) {
        int end = Math.min(size(chunk), (firstBlock + blockCount) * BLOCK_BYTES);
        return end - firstBlock * BLOCK_BYTES;
    }

    /** The level of the chunk hashes in the tree: 0 is the leaf row, each level above it halves. */
    public int chunkLevel() {
        return chunkCount() <= 1 ? height() : Integer.numberOfTrailingZeros(blocksPerChunk());
    }

    /** The level of the root: the leaf row, filled to a power of two, has 2^height leaves. */
    public int height() {
        long blocks = blockCount();
        return blocks <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(blocks - 1);
    }

    private void check(int chunk) {
        if (chunk < 0 || chunk >= chunkCount()) {
            throw new IndexOutOfBoundsException("chunk " + chunk + " of " + chunkCount());
        }
    }
}
