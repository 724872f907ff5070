package dev.shoal.store;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.FolderLayout;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The chunks of a downloaded part of a folder that reach into files which are about to be removed, to be kept in memory
 * and served to others: those of the list are among them, without which nobody can do anything with the others. Runs on
 * its caller's thread.
 */
final class EdgeChunks {

    /** How much of what is not kept stays in memory, to be served to others: some of the largest chunks. */
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final PartialFile part;
    private final FolderLayout layout;

    EdgeChunks(PartialFile part, FolderLayout layout) {
        this.part = part;
        this.layout = layout;
    }

    /**
     * Reads them, as far as they fit.
     *
     * @param chosen the entries whose files are kept
     * @param held the chunks that are here
     */
    Map<Integer, byte[]> of(BitSet chosen, ChunkSet held) {
        BitSet kept = new BitSet();
        chosen.stream().map(layout::placeOf).filter(place -> place >= 0).forEach(kept::set);
        Map<Integer, byte[]> found = new HashMap<>();
        long bytes = 0;
        for (int chunk = held.next(0); chunk >= 0; chunk = held.next(chunk + 1)) {
            int size = part.layout().size(chunk);
            if (bytes + size <= MAX_BYTES && isEdge(kept, part.layout().offset(chunk), size)) {
                byte[] edge = new byte[size];
                part.read(part.layout().offset(chunk), ByteBuffer.wrap(edge));
                found.put(chunk, edge);
                bytes += size;
            }
        }
        return found;
    }

    private boolean isEdge(BitSet kept, long offset, int size) {
        for (long at = offset; at < offset + size; ) {
            FolderLayout.Piece piece = layout.piece(at);
            if (piece.place() >= 0 && !kept.get(piece.place())) {
                return true;
            }
            at += piece.length();
        }
        return false;
    }
}
