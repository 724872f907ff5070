package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.store.StoreException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is asked of this source to find out who sent wrong data: hashes, and complaints about chunks. Runs on
 * the links' readers, each within its {@link ReadingBudget}.
 */
final class Proofs {

    private final Servings servings;
    /** By number of the link, as long as it lives. */
    private final Map<Integer, ReadingBudget> budgets = new ConcurrentHashMap<>();

    Proofs(Servings servings) {
        this.servings = servings;
    }

    /** Nothing is asked over a link any more. Runs on its reader. */
    void linkGone(PeerLink link) {
        budgets.remove(link.number());
    }

    /** Nodes of the tree are wanted. Those of the row are in memory; leaves have to be made. */
    void hashes(PeerLink link, int handle, PeerPdu.GetHashes get) {
        Optional<Served> served = servings.place(link, handle);
        if (served.isEmpty()) {
            link.postReply(handle, Refusals.notOpen());
            return;
        }
        long detail = Failure.ofNodes(get.level(), get.firstNode());
        int wait = get.level() == 0
                ? budget(link)
                        .takeLeaves(
                                Math.min(
                                        (long) get.nodeCount() * ChunkLayout.BLOCK_BYTES,
                                        served.get().content().layout().chunkBytes()),
                                System.nanoTime())
                : 0;
        if (wait > 0) {
            link.postReply(handle, new Failure(ErrorCode.BUSY, wait, detail, "leaves of too much data are asked for"));
            return;
        }
        if (get.level() == 0) {
            link.postReply(handle, answer(served.get(), get));
        } else {
            // A few bytes ask for 128 KiB: these are made when who asked has read what was before.
            link.postReplyLater(handle, () -> answer(served.get(), get));
        }
    }

    private Pdu answer(Served served, PeerPdu.GetHashes get) {
        byte[] nodes = nodes(served, get);
        return nodes == null
                ? new Failure(
                        ErrorCode.NOT_FOUND,
                        0,
                        Failure.ofNodes(get.level(), get.firstNode()),
                        "these hashes are not served")
                : new PeerPdu.Hashes(get.level(), get.firstNode(), nodes);
    }

    private byte @Nullable [] nodes(Served served, PeerPdu.GetHashes get) {
        try {
            return served.nodes(get);
        } catch (StoreException e) {
            servings.failed(served, e);
            return null;
        }
    }

    /** A downloader says that a chunk from here was wrong. What goes beyond the budget is not looked into. */
    void complaint(PeerLink link, int handle, int chunk) {
        Optional<Served> served =
                servings.place(link, handle).filter(place -> place.stored().holds(chunk));
        if (served.isEmpty() || !budget(link).takeComplaint(System.nanoTime())) {
            return;
        }
        try {
            if (!served.get().recheck(chunk)) {
                servings.lose(
                        served.get(),
                        "A file that is shared has other data than when it was shared; it is no longer served.");
            }
        } catch (StoreException e) {
            servings.failed(served.get(), e);
        }
    }

    private ReadingBudget budget(PeerLink link) {
        return budgets.computeIfAbsent(link.number(), number -> new ReadingBudget(System.nanoTime()));
    }
}
