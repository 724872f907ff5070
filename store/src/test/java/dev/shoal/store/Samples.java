package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A content for tests: random bytes that follow from a seed, with identity and row. */
record Samples(byte[] bytes, ContentId id, byte[] row) {

    static Samples of(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return of(bytes);
    }

    static Samples of(byte[] bytes) {
        HashTree tree = new HashTree();
        ChunkLayout layout = new ChunkLayout(bytes.length);
        byte[] row = new byte[layout.chunkCount() * Hash.BYTES];
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            ByteBuffer data = ByteBuffer.wrap(bytes, (int) layout.offset(chunk), layout.size(chunk));
            tree.chunkHash(layout, chunk, data).writeTo(row, chunk * Hash.BYTES);
        }
        return new Samples(bytes, new ContentId(tree.root(layout, row), bytes.length), row);
    }

    ChunkLayout layout() {
        return id.layout();
    }

    /** The bytes of one chunk, to be read once. */
    ByteBuffer chunk(int chunk) {
        return ByteBuffer.wrap(bytes, (int) layout().offset(chunk), layout().size(chunk));
    }

    Path writeTo(Path file) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
