package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.HashTree;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.swarm.Download;
import dev.shoal.swarm.DownloadAction;
import dev.shoal.swarm.DropReason;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of a {@link Transfer}: those of all chunks, from one source after the other until one gives the right row,
 * and the leaves of chunks that several sources sent wrongly. Guarded by the transfer's lock, but for {@link #matches}
 * and {@link #row}.
 */
final class HashSupply {

    private final ChunkLayout layout;
    private final ChunkRow row;
    private final SourceTable sources;
    private final Download download;
    private final Consumer<List<DownloadAction>> perform;
    private final Autopsies autopsies = new Autopsies(this::askForLeaves, this::leavesUnavailable);

    /**
     * Of a content.
     *
     * @param knownRow the hashes of all chunks, if they are known
     * @param perform carries out what the download decides
     */
    HashSupply(
            ContentId content,
            byte @Nullable [] knownRow,
            SourceTable sources,
            Download download,
            Consumer<List<DownloadAction>> perform) {
        this.layout = content.layout();
        this.row = new ChunkRow(content, knownRow);
        this.sources = sources;
        this.download = download;
        this.perform = perform;
    }

    /** The hashes of all chunks; null as long as they are not known. */
    byte @Nullable [] row() {
        return row.verified();
    }

    /** Whether the data of a chunk is right; no data is as long as the row is not known. */
    boolean matches(int chunk, ByteBuffer data, HashTree tree) {
        return row.matches(chunk, data, tree);
    }

    /** Whether hashes are leaves, and not of the row. */
    boolean areLeaves(PeerPdu.Hashes hashes) {
        return hashes.level() == 0 && layout.chunkLevel() != 0 && layout.chunkCount() > 0;
    }

    /** Asks a source for the row if it is not known and nobody is asked. */
    void ask() {
        if (row.verified() == null) {
            long now = System.nanoTime();
            List<Integer> able = sources.numbers(use -> download.hasChunks(use.number()));
            row.supply()
                    .next(able, now)
                    .ifPresent(source -> row.ask(source, now).forEach(page -> sources.post(source, page)));
        }
    }

    /** A page of the row came. Returns the row when it has become known with it. */
    byte @Nullable [] arrived(SourceUse use, PeerPdu.Hashes page) {
        boolean before = row.verified() != null;
        if (!row.arrived(use.number(), page, use.tree(), System.nanoTime())) {
            perform.accept(List.of(new DownloadAction.Drop(use.number(), DropReason.WRONG_DATA, true)));
        }
        return before ? null : row.verified();
    }

    /** Leaves came of a chunk, of which the data is in a buffer, or not any more. */
    void leaves(SourceUse use, PeerPdu.Hashes hashes, @Nullable ByteBuffer data) {
        int chunk = chunk(hashes.firstNode());
        if (!autopsies.isWanted(chunk) || data == null) {
            return;
        }
        BitSet wrong = row.wrongBlocks(chunk, hashes.nodes(), data, use.tree());
        if (wrong == null) {
            autopsies.giveUp(use.number());
            return;
        }
        autopsies.end(chunk);
        perform.accept(download.wrongBlocks(chunk, wrong, System.nanoTime()));
    }

    /** Finds out who sent a chunk wrongly. */
    void investigate(int chunk, List<Integer> senders) {
        autopsies.begin(chunk, senders);
    }

    /** A source does not answer a request for hashes. */
    void refused(int source, Failure refusal, long retryNanos, DropReason reason) {
        if (refusal.level() == layout.chunkLevel()) {
            rowFailed(source, retryNanos, reason);
        } else if (refusal.level() == 0) {
            autopsies.giveUp(source, chunk(refusal.firstNode()));
        }
    }

    /** A source is gone. */
    void gone(int source) {
        row.supply().gone(source);
        autopsies.giveUp(source);
    }

    /** Time has passed. */
    void tick(long nowNanos) {
        row.supply().overdue(nowNanos).ifPresent(source -> rowFailed(source, 0, DropReason.NO_HASHES));
    }

    private int chunk(long leaf) {
        return (int) (leaf / layout.blocksPerChunk());
    }

    private void rowFailed(int source, long retryNanos, DropReason reason) {
        if (row.supply().failed(source, retryNanos, System.nanoTime())) {
            perform.accept(List.of(new DownloadAction.Drop(source, reason, false)));
        }
    }

    private boolean askForLeaves(int source, int chunk) {
        return sources.post(
                source, new PeerPdu.GetHashes(0, (long) chunk * layout.blocksPerChunk(), layout.blocks(chunk)));
    }

    private void leavesUnavailable(int chunk) {
        perform.accept(download.leavesUnavailable(chunk, System.nanoTime()));
    }
}
