package dev.shoal.store;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.Hash;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Hashes what is in a part file, to see which of its chunks are right. */
final class PartRescue {

    private final BlockFile file;
    private final PartPlace place;
    private final PartFormat format;
    private final FileHasher hasher;

    PartRescue(BlockFile file, PartPlace place, PartFormat format, FileHasher hasher) {
        this.file = file;
        this.place = place;
        this.format = format;
        this.hasher = hasher;
    }

    /** Those of the chunks that match the row. */
    ChunkSet matching(ChunkSet candidates, byte[] row, HashProgress progress) {
        ChunkSet right = new ChunkSet(candidates.size());
        hash(candidates, progress, (chunk, hash) -> {
            if (hash.equals(Hash.of(row, chunk * Hash.BYTES))) {
                synchronized (right) {
                    right.add(chunk);
                }
            }
        });
        return right;
    }

    /** The row of the whole file, if that is the content; null when it is not. */
    byte @Nullable [] rowOfWhole(HashProgress progress) {
        byte[] row = new byte[format.rowBytes()];
        hash(
                ChunkSet.full(format.layout().chunkCount()),
                progress,
                (chunk, hash) -> hash.writeTo(row, chunk * Hash.BYTES));
        return PartJournal.isRow(format, row) ? row : null;
    }

    private void hash(ChunkSet candidates, HashProgress progress, FileHasher.Sink sink) {
        hasher.hashChunks(format.layout(), candidates, this::read, sink, progress);
    }

    private void read(long offset, ByteBuffer target) {
        try {
            file.readFully(target, offset);
        } catch (IOException e) {
            throw Failures.of("cannot read", place.part(), e);
        }
    }
}
