package dev.shoal.peer;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.SegmentTable;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.SegmentPdu;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers what is asked of this source beside data: hashes and complaints by {@link Proofs}, and parts of segment
 * tables. Runs on the links' readers.
 */
final class Questions {

    private final Servings servings;
    private final SegmentTables tables;
    private final Proofs proofs;

    Questions(Servings servings, SegmentTables tables) {
        this.servings = servings;
        this.tables = tables;
        this.proofs = new Proofs(servings);
    }

    /** Something is asked. */
    void asked(PeerLink link, int handle, PeerPdu question) {
        switch (question) {
            case PeerPdu.GetHashes get -> proofs.hashes(link, handle, get);
            case PeerPdu.Complaint complaint -> proofs.complaint(link, handle, complaint.chunk());
            case SegmentPdu segments -> segments(link, handle, segments);
            default -> throw new IllegalArgumentException(question.letter() + " is no question");
        }
    }

    /** Nothing is asked over a link any more. Runs on its reader. */
    void linkGone(PeerLink link) {
        proofs.linkGone(link);
    }

    private void segments(PeerLink link, int handle, SegmentPdu request) {
        Optional<Served> served = servings.place(link, handle);
        if (served.isEmpty()) {
            link.postReply(handle, Refusals.notOpen());
            return;
        }
        switch (tables.find(served.get())) {
            case SegmentTables.Found found -> answer(link, handle, request, found);
            case SegmentTables.Later(int retryMillis) ->
                link.postReply(handle, Refusals.ofSegments(ErrorCode.BUSY, retryMillis, "the table is being made"));
            case SegmentTables.Never _ ->
                link.postReply(handle, Refusals.ofSegments(ErrorCode.NOT_FOUND, 0, "there is no segment table here"));
        }
    }

    private void answer(PeerLink link, int handle, SegmentPdu request, SegmentTables.Found found) {
        SegmentTable table = found.table();
        switch (request) {
            case SegmentPdu.GetGroups(int first)
            when first < table.groupCount() ->
                later(link, handle, () -> {
                    int end = Math.min(table.groupCount(), first + SegmentPdu.MAX_GROUPS);
                    return new SegmentPdu.Groups(
                            first, table.groupCount(), found.groups().subList(first, end));
                });
            case SegmentPdu.GetSegments(List<ChunkRun> runs)
            when runs.getLast().end() <= table.groupCount() -> {
                for (ChunkRun run : runs) {
                    for (int next = run.first(); next < run.end(); next++) {
                        int group = next;
                        later(link, handle, () -> new SegmentPdu.Segments(group, table.groupEntries(group)));
                    }
                }
            }
            default ->
                link.postReply(handle, Refusals.ofSegments(ErrorCode.NOT_FOUND, 0, "the table has no such groups"));
        }
    }

    /**
     * A few bytes ask for much: what answers them is made when who asked has read what was before, and may still have
     * it.
     */
    private void later(PeerLink link, int handle, Supplier<Pdu> answer) {
        link.postReplyLater(handle, () -> servings.place(link, handle).isPresent() ? answer.get() : Refusals.notOpen());
    }
}
