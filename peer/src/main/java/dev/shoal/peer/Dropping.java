package dev.shoal.peer;

import dev.shoal.protocol.PeerId;
import dev.shoal.swarm.Download;
import dev.shoal.swarm.DownloadAction;
import dev.shoal.swarm.DropReason;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * How a {@link Transfer} stops using sources, and which of their connections end with that. Under the transfer's lock.
 *
 * @param hasOther whether another source than a peer is of use
 * @param perform carries out what is decided
 */
record Dropping(
        SourceTable sources,
        HashSupply hashes,
        Likeness likeness,
        Download download,
        Troubles troubles,
        PeerEvents events,
        Predicate<PeerId> hasOther,
        Consumer<List<DownloadAction>> perform) {

    /** A connection of a peer that stalls over which nothing came for so long either stalls with it. */
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(4);

    /** Stops using a source; who is banned for what it sent is not used over another connection either. */
    void drop(DownloadAction.Drop drop) {
        SourceUse use = sources.find(drop.source());
        if (use == null) {
            return;
        }
        PeerId peer = use.peer();
        if (troubles.dropped(peer, drop.reason(), System.nanoTime())) {
            events.info(Troubles.sentence(peer, drop.reason(), drop.ban(), hasOther.test(peer)));
        }
        boolean stalled = drop.reason() == DropReason.STALLED;
        boolean floods = drop.reason() == DropReason.FLOODS;
        // Where the line is out of order, that is so for all connections with a peer: it fails once, not once for each.
        sources.all(other -> other == use
                        || (other.peer().equals(peer) && (drop.ban() || (stalled && other.isSilent(SILENT_NANOS)))))
                .forEach(each -> expel(each, floods || (stalled && each.isSilent(SILENT_NANOS))));
    }

    /**
     * Ends the use of a source. Who floods would go on, and take the place of what is wanted on the line; over a silent
     * one, what it lost comes much later than over a new one.
     */
    private void expel(SourceUse use, boolean closesLink) {
        sources.remove(use.number());
        hashes.gone(use.number());
        likeness.gone(use.number());
        use.close();
        if (use.isReceiving() || closesLink) {
            // A reader holds a place in a chunk's buffer until it is done; a broken connection makes sure of that.
            use.link().close();
        }
        if (!use.isReceiving()) {
            perform.accept(download.sourceLost(use.number(), System.nanoTime()));
        }
    }
}
