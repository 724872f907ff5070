package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;

/**
 * Takes the chunks that a download misses from a file or folder on this machine that has the same content, each one
 * verified like one from the network. Runs on the caller's thread. Stateless.
 */
public final class ChunkCopy {

    private ChunkCopy() {}

    /**
     * Copies what is missing; ends with the first chunk that is not what it was.
     *
     * @param ends asked before each chunk whether that is enough
     * @param copied is run after each chunk
     * @throws StoreException when one of the files cannot be read or written, or the source has changed; what came
     *     before stays
     */
    public static void into(PartialFile part, StoredContent source, BooleanSupplier ends, Runnable copied) {
        into(part, source, chunk -> true, ends, copied);
    }

    /**
     * As the other, of some chunks.
     *
     * @param wanted asked of each chunk whether it is to be copied, when all before it were
     */
    public static void into(
            PartialFile part, StoredContent source, IntPredicate wanted, BooleanSupplier ends, Runnable copied) {
        byte[] row = source.chunkRow().orElseThrow();
        part.recordChunkRow(row, HashProgress.UNSEEN);
        HashTree tree = new HashTree();
        ChunkLayout layout = part.layout();
        ByteBuffer buffer = ByteBuffer.allocateDirect(layout.chunkBytes());
        for (int chunk = 0; chunk < layout.chunkCount() && !ends.getAsBoolean(); chunk++) {
            if (!part.holds(chunk) && wanted.test(chunk) && source.holds(chunk)) {
                buffer.clear().limit(layout.size(chunk));
                source.read(layout.offset(chunk), buffer);
                buffer.flip();
                if (!tree.chunkHash(layout, chunk, buffer).equals(Hash.of(row, chunk * Hash.BYTES))) {
                    return;
                }
                part.write(chunk, buffer);
                copied.run();
            }
        }
    }
}
