package dev.shoal.cli;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Bytes from a seed, and what they are as a content. Immutable but for its array, which nobody changes. */
record Sample(byte[] bytes, ContentId id, byte[] row) {

    /** How many bytes of one that is alike are its own. */
    static final int DIFFERENT_BYTES = 10_000;

    static Sample of(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return of(bytes);
    }

    /** One that is the same for all seeds but for some bytes in its middle, of which there are more with each. */
    static Sample alike(int seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        byte[] middle = new byte[DIFFERENT_BYTES + seed];
        new SplittableRandom(seed).nextBytes(middle);
        byte[] whole = Arrays.copyOf(bytes, length + middle.length);
        System.arraycopy(middle, 0, whole, length / 2, middle.length);
        System.arraycopy(bytes, length / 2, whole, length / 2 + middle.length, length - length / 2);
        return of(whole);
    }

    private static Sample of(byte[] bytes) {
        int length = bytes.length;
        ChunkLayout layout = new ChunkLayout(length);
        HashTree tree = new HashTree();
        byte[] row = new byte[layout.chunkCount() * Hash.BYTES];
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            ByteBuffer data = ByteBuffer.wrap(bytes, (int) layout.offset(chunk), layout.size(chunk));
            System.arraycopy(tree.chunkHash(layout, chunk, data).toBytes(), 0, row, chunk * Hash.BYTES, Hash.BYTES);
        }
        return new Sample(bytes, new ContentId(tree.root(layout, row), length), row);
    }

    ChunkLayout layout() {
        return id.layout();
    }

    /** The bytes of some blocks. */
    byte[] blocks(int chunk, int firstBlock, int blockCount) {
        int from = (int) layout().offset(chunk) + firstBlock * ChunkLayout.BLOCK_BYTES;
        return Arrays.copyOfRange(bytes, from, from + layout().size(chunk, firstBlock, blockCount));
    }

    /** Some nodes of the row of chunk hashes. */
    byte[] hashes(long firstNode, int nodeCount) {
        return Arrays.copyOfRange(row, (int) firstNode * Hash.BYTES, (int) (firstNode + nodeCount) * Hash.BYTES);
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes);
    }

    /** SHA-256 of some bytes. */
    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
