package dev.shoal.bench;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** SHA-256 of every block of 16 KiB, as the leaves of a hash tree are. For one thread. */
final class BlockHasher {

    /** Length of a block in bytes. */
    static final int BLOCK_BYTES = 16 * 1024;

    /** Length of a digest in bytes. */
    static final int DIGEST_BYTES = 32;

    private final MessageDigest digest;

    BlockHasher() throws GeneralSecurityException {
        digest = MessageDigest.getInstance("SHA-256");
    }

    /** Hashes what lies between two positions and stores one digest for each block. */
    void hashBlocks(ByteBuffer data, int start, int bytes, byte[] digests, int digestOffset)
            throws GeneralSecurityException {
        int offset = digestOffset;
        int end = start + bytes;
        for (int position = start; position < end; position += BLOCK_BYTES) {
            digest.update(data.slice(position, Math.min(BLOCK_BYTES, end - position)));
            digest.digest(digests, offset, DIGEST_BYTES);
            offset += DIGEST_BYTES;
        }
    }
}
