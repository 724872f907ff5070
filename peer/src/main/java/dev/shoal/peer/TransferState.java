package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.PeerId;
import dev.shoal.swarm.SourceReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Transfer} stood at a moment, and what there is to tell of that. Nobody else's; for one thread at a time.
 *
 * @param held the chunks that are here
 * @param wanted those that are to be
 * @param begun those of which something is requested or has come
 * @param origins of each chunk, where it came from, as {@link Origins} has it
 * @param peers all that were sources
 * @param reports what each connection did, with its peer
 * @param troubles what is wrong with peers
 */
record TransferState(
        ChunkSet held,
        ChunkSet wanted,
        ChunkSet begun,
        short[] origins,
        List<Origins.Known> peers,
        Map<SourceReport, PeerId> reports,
        Map<PeerId, String> troubles,
        long nowNanos) {

    /** A source sends as long as something came from it within so long. */
    private static final long SENDING_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** The same when nothing comes any more: what had come of chunks that are not whole is not kept. */
    TransferState atRest() {
        return new TransferState(held, wanted, new ChunkSet(held.size()), origins, peers, reports, troubles, nowNanos);
    }

    /** How the chunks stand, in so many cells at most. */
    ChunkCells cells(int most) {
        return ChunkCells.of(held.size(), this::value, most);
    }

    private int value(int chunk) {
        if (held.contains(chunk)) {
            return origins[chunk] == 0 ? Origins.EARLIER : origins[chunk];
        }
        if (begun.contains(chunk)) {
            return ChunkCells.UNDER_WAY;
        }
        return wanted.contains(chunk) ? ChunkCells.MISSING : ChunkCells.UNWANTED;
    }

    /** Its sources, those in use and those that were, by their numbers. */
    List<TaskReport.SourceDetail> sources() {
        List<TaskReport.SourceDetail> sources = new ArrayList<>();
        for (Origins.Known known : peers) {
            sources.add(source(known));
        }
        return sources;
    }

    private TaskReport.SourceDetail source(Origins.Known known) {
        long rate = 0;
        long requested = 0;
        int chunks = 0;
        boolean inUse = false;
        String left = "";
        for (Map.Entry<SourceReport, PeerId> entry : reports.entrySet()) {
            SourceReport report = entry.getKey();
            if (entry.getValue().equals(known.peer())) {
                chunks = Math.max(chunks, report.chunkCount());
                if (report.dropped() == null) {
                    inUse = true;
                    rate += report.rateBytesPerSecond();
                    requested += report.requestedBytes();
                } else {
                    left = report.dropped().sentence();
                }
            }
        }
        boolean isSending = inUse && known.hasSent() && nowNanos - known.lastNanos() < SENDING_NANOS;
        String state = inUse
                ? isSending ? "sending" : requested > 0 ? "waiting" : TaskReport.SourceDetail.IDLE
                : TaskReport.SourceDetail.DROPPED;
        return new TaskReport.SourceDetail(
                known.number(),
                known.peer().fingerprint(),
                null,
                known.address(),
                isSending ? rate : 0,
                known.receivedBytes(),
                held.size() == 0 ? 0 : (double) chunks / held.size(),
                state,
                why(known.peer(), inUse, left));
    }

    private @Nullable String why(PeerId peer, boolean inUse, String left) {
        String trouble = troubles.get(peer);
        return trouble != null || inUse ? trouble : left.isEmpty() ? "left" : left;
    }
}
