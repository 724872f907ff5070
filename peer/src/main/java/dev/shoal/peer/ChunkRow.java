package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.PeerPdu;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of a content's chunks, fetched in pages from one source at a time, as {@link RowSupply} says, and believed
 * only when together they give the content's root. Not thread-safe.
 */
final class ChunkRow {

    private final ContentId content;
    private final ChunkLayout layout;
    private final byte[] row;
    private final BitSet pages = new BitSet();
    private volatile byte @Nullable [] verified;
    private final RowSupply supply = new RowSupply();

    ChunkRow(ContentId content, byte @Nullable [] known) {
        this.content = content;
        this.layout = content.layout();
        this.row = new byte[layout.chunkCount() * Hash.BYTES];
        if (known != null) {
            this.verified = known;
        } else if (layout.chunkCount() <= 1) {
            // A content of one chunk has that chunk's hash as its root.
            this.verified = layout.chunkCount() == 0 ? row : content.root().toBytes();
        }
    }

    /** The whole row; null as long as it is not verified. */
    byte @Nullable [] verified() {
        return verified;
    }

    /** Which source is asked for it. */
    RowSupply supply() {
        return supply;
    }

    /** Asks a source for everything that is missing. */
    List<PeerPdu.GetHashes> ask(int source, long nowNanos) {
        supply.ask(source, nowNanos);
        pages.clear();
        List<PeerPdu.GetHashes> requests = new ArrayList<>();
        for (int first = 0; first < layout.chunkCount(); first += PeerPdu.MAX_HASHES) {
            int count = Math.min(PeerPdu.MAX_HASHES, layout.chunkCount() - first);
            requests.add(new PeerPdu.GetHashes(layout.chunkLevel(), first, count));
        }
        return requests;
    }

    /**
     * A page came.
     *
     * @return whether the source is honest as far as can be told; false when the row is complete and wrong
     * @throws MalformedPduException when it is no page that was asked for
     */
    boolean arrived(int source, PeerPdu.Hashes page, HashTree tree, long nowNanos) {
        int count = page.nodes().length / Hash.BYTES;
        boolean isPage = page.level() == layout.chunkLevel()
                && page.firstNode() % PeerPdu.MAX_HASHES == 0
                && count == Math.min(PeerPdu.MAX_HASHES, layout.chunkCount() - page.firstNode());
        if (!isPage) {
            throw new MalformedPduException("hashes that were not asked for");
        }
        if (!supply.isAsked(source) || verified != null) {
            return true;
        }
        if (pages.nextClearBit((int) page.firstNode()) < page.firstNode() + count) {
            // Only what is new moves the deadline: a source could repeat a page for ever.
            supply.progressed(nowNanos);
        }
        System.arraycopy(page.nodes(), 0, row, (int) page.firstNode() * Hash.BYTES, page.nodes().length);
        pages.set((int) page.firstNode(), (int) page.firstNode() + count);
        if (pages.cardinality() < layout.chunkCount()) {
            return true;
        }
        if (!tree.root(layout, row).equals(content.root())) {
            return false;
        }
        verified = row;
        return true;
    }

    /** Whether the data of a chunk is right. Of a row that is not verified, nothing is. */
    boolean matches(int chunk, ByteBuffer data, HashTree tree) {
        byte[] hashes = verified;
        return hashes != null && tree.chunkHash(layout, chunk, data).equals(Hash.of(hashes, chunk * Hash.BYTES));
    }

    /** Which blocks of a chunk are not what its leaf hashes say; null when those are not the chunk's. */
    @Nullable
    BitSet wrongBlocks(int chunk, byte[] leaves, ByteBuffer data, HashTree tree) {
        byte[] hashes = verified;
        int blocks = layout.blocks(chunk);
        if (hashes == null
                || leaves.length != blocks * Hash.BYTES
                || !tree.subtreeRoot(leaves, 0, layout.chunkLevel()).equals(Hash.of(hashes, chunk * Hash.BYTES))) {
            return null;
        }
        byte[] mine = tree.leaves(data);
        BitSet wrong = new BitSet();
        for (int block = 0; block < blocks; block++) {
            if (!Hash.of(mine, block * Hash.BYTES).equals(Hash.of(leaves, block * Hash.BYTES))) {
                wrong.set(block);
            }
        }
        return wrong;
    }
}
