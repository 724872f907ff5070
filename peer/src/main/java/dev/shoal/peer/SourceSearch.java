package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.PeerId;
import dev.shoal.swarm.BanList;
import dev.shoal.transport.TransportException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Finds sources for a {@link Transfer} as long as it wants some: asks the index, dials those that are new, each in a
 * virtual thread of its own. Runs on the caller's thread in steps; thread-safe.
 */
final class SourceSearch {

    /** How many sources to ask the index for: its sample is of that size at most. */
    private static final int SAMPLE = 16;

    /** Wait between two questions, which doubles up to the longest as long as nothing new comes. */
    private static final long FIRST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long a peer that could not be reached is left alone. */
    private static final long UNREACHABLE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** From this length on, a second connection to one of few sources keeps a second processor busy. */
    private static final long SECOND_LANE_BYTES = 32L * 1024 * 1024;

    private static final int FEW_SOURCES = 2;

    private final ContentId content;
    private final IndexClient index;
    private final Links links;
    private final Transfer transfer;
    private final PeerEvents events;
    private final Set<PeerId> dialling = ConcurrentHashMap.newKeySet();
    private final BanList<PeerId> unreachable = new BanList<>(UNREACHABLE_NANOS);
    private long nextNanos = System.nanoTime();
    private long waitNanos = FIRST_WAIT_NANOS;
    private volatile int known = -1;
    private volatile String lastTrouble = "";

    SourceSearch(ContentId content, IndexClient index, Links links, Transfer transfer, PeerEvents events) {
        this.content = content;
        this.index = index;
        this.links = links;
        this.transfer = transfer;
        this.events = events;
    }

    /** How many sources the index knew at the last answer; −1 before the first. */
    int known() {
        return known;
    }

    /** Why the last source could not be reached; empty when none failed. */
    String lastTrouble() {
        return lastTrouble;
    }

    /** Whether sources are being dialled. */
    boolean isDialling() {
        return !dialling.isEmpty();
    }

    /** Asks again if it is time and more sources are wanted. An index that is away is an event, not an error. */
    void step() {
        long now = System.nanoTime();
        if (!transfer.wantsSources() || now - nextNanos < 0) {
            return;
        }
        int found = 0;
        try {
            IndexReply.Locations locations =
                    index.ask(new IndexRequest.Locate(false, content, 0, SAMPLE), IndexReply.Locations.class);
            known = locations.sources();
            boolean few = locations.sources() <= FEW_SOURCES && content.length() >= SECOND_LANE_BYTES;
            for (IndexReply.Source source : locations.entries()) {
                found += dial(source, few) ? 1 : 0;
            }
        } catch (PeerException e) {
            if (e.reason() == PeerException.Reason.NOT_FOUND) {
                known = 0;
            }
            lastTrouble = String.valueOf(e.getMessage());
            events.detail("No sources from the index: " + e.getMessage());
        }
        waitNanos = found > 0 ? FIRST_WAIT_NANOS : Math.min(LONGEST_WAIT_NANOS, waitNanos * 2);
        nextNanos = System.nanoTime() + waitNanos;
    }

    private boolean dial(IndexReply.Source source, boolean twoLanes) {
        synchronized (unreachable) {
            if (unreachable.isBanned(source.peer(), System.nanoTime())) {
                return false;
            }
        }
        boolean standing = links.find(source.peer(), 0).map(transfer::uses).orElse(false);
        if (standing || !dialling.add(source.peer())) {
            return false;
        }
        Thread.ofVirtual().name("dial for " + content).start(() -> connect(source, twoLanes));
        return true;
    }

    private void connect(IndexReply.Source source, boolean twoLanes) {
        try {
            transfer.add(links.connect(source, 0));
            if (twoLanes && source.isSeed()) {
                transfer.add(links.connect(source, 1));
            }
        } catch (TransportException e) {
            lastTrouble = "the peer " + source.peer().fingerprint() + ": " + e.getMessage();
            events.detail("Cannot reach " + lastTrouble + ".");
            synchronized (unreachable) {
                unreachable.ban(source.peer(), System.nanoTime());
            }
        } finally {
            dialling.remove(source.peer());
        }
    }
}
