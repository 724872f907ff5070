package dev.shoal.peer;

import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.swarm.BanList;
import dev.shoal.transport.TransportException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds sources for a {@link Transfer} as long as it wants some: asks the index, dials those that are new, each in a
 * virtual thread of its own. Runs in steps, of which there must not be two at a time, on any thread; the rest is
 * thread-safe.
 */
final class SourceSearch {

    /** How many sources to ask the index for: its sample is of that size at most. */
    private static final int SAMPLE = 16;

    /** Wait between two questions, which doubles up to the longest as long as nothing new comes. */
    private static final long FIRST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The longest wait as long as there is no source at all. */
    private static final long LONGEST_WAIT_ALONE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How long a peer that could not be reached is left alone while there are others. */
    private static final long UNREACHABLE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** The same while there are none: it may be about to start again. */
    private static final long UNREACHABLE_ALONE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** From this length on, a second connection to one of few sources keeps a second processor busy. */
    private static final long SECOND_LANE_BYTES = 32L * 1024 * 1024;

    private static final int FEW_SOURCES = 2;

    /** How long to wait between two looks at whether known sources can be dialled again. */
    private static final long REDIAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What the index said last; by peer, as one that was killed and started again is two processes for a lease. */
    private record Found(List<List<IndexReply.Source>> peers, boolean twoLanes) {
        static final Found NOBODY = new Found(List.of(), false);
    }

    private final ShareKey key;
    private final IndexClient index;
    private final Links links;
    private final Transfer transfer;
    private final PeerEvents events;
    private final Set<PeerId> dialling = ConcurrentHashMap.newKeySet();
    private final BanList<PeerId> unreachable = new BanList<>(UNREACHABLE_NANOS);
    private final BanList<PeerId> justTried = new BanList<>(UNREACHABLE_ALONE_NANOS);
    private final AtomicLong redialNanos = new AtomicLong(System.nanoTime());
    private long nextNanos = System.nanoTime();
    private long waitNanos = FIRST_WAIT_NANOS;
    private volatile int known = -1;
    private volatile List<PeerId> offered = List.of();
    private volatile Found found = Found.NOBODY;
    private volatile String lastTrouble = "";

    SourceSearch(IndexClient index, Links links, Transfer transfer, PeerEvents events) {
        this.key = transfer.entitlement().key();
        this.index = index;
        this.links = links;
        this.transfer = transfer;
        this.events = events;
    }

    /** Why the last source could not be reached; empty when none failed. */
    String lastTrouble() {
        return lastTrouble;
    }

    /** Whether sources are being dialled. */
    boolean isDialling() {
        return !dialling.isEmpty();
    }

    /** What the index says of the sources. */
    Patience.Outlook outlook() {
        List<PeerId> peers = offered;
        if (known <= 0) {
            return known == 0 ? Patience.Outlook.NOBODY : Patience.Outlook.UNKNOWN;
        }
        Troubles troubles = transfer.troubles();
        if (peers.isEmpty() || !peers.stream().allMatch(peer -> troubles.isKnown(peer) && !troubles.isBusy(peer))) {
            return Patience.Outlook.SOME;
        }
        return peers.stream().allMatch(troubles::isLasting)
                ? Patience.Outlook.ONLY_BANNED
                : Patience.Outlook.ONLY_TROUBLED;
    }

    /** Asks again if it is time and more sources are wanted. An index that is away is an event, not an error. */
    void step() {
        long now = System.nanoTime();
        if (!transfer.wantsSources() || now - nextNanos < 0) {
            return;
        }
        int dialled = 0;
        try {
            IndexReply.Locations locations = index.ask(
                    new IndexRequest.Locate(false, key.content(), 0, SAMPLE, key.audience()),
                    IndexReply.Locations.class);
            AccessTicket ticket = locations.ticket();
            // The index gives another one long before the last is over, and is asked again within seconds.
            if (ticket != null && transfer.entitlement().take(ticket)) {
                transfer.tell(new PeerPdu.Renewal(ticket));
            }
            // None of the sources is asked with a ticket that seems to be over, so none of them says what is wrong.
            transfer.entitlement().trouble(System.currentTimeMillis()).ifPresent(trouble -> lastTrouble = trouble);
            offered = locations.entries().stream().map(IndexReply.Source::peer).toList();
            // Those that can be dialled; this peer is counted as a source, but not named to itself.
            known = offered.size();
            boolean few = locations.sources() <= FEW_SOURCES && key.content().length() >= SECOND_LANE_BYTES;
            found = new Found(byPeer(locations), few);
            dialled = dial(found);
        } catch (PeerException e) {
            if (e.reason() == PeerException.Reason.NOT_FOUND) {
                known = 0;
                offered = List.of();
                found = Found.NOBODY;
            }
            lastTrouble = String.valueOf(e.getMessage());
            events.detail("No sources from the index: " + e.getMessage());
        }
        long longest = transfer.sourceCount() == 0 ? LONGEST_WAIT_ALONE_NANOS : LONGEST_WAIT_NANOS;
        waitNanos = dialled > 0 ? FIRST_WAIT_NANOS : Math.min(longest, waitNanos * 2);
        nextNanos = System.nanoTime() + waitNanos;
    }

    /**
     * Dials known sources again when there are none: the index may be behind the same line that was out of order, and
     * asking it takes long then. Does not wait, and may be called while a step runs.
     */
    void redial() {
        long now = System.nanoTime();
        long due = redialNanos.get();
        if (now - due >= 0
                && transfer.wantsSources()
                && transfer.sourceCount() == 0
                && redialNanos.compareAndSet(due, now + REDIAL_NANOS)) {
            dial(found);
        }
    }

    private int dial(Found sources) {
        int dialled = 0;
        for (List<IndexReply.Source> processes : sources.peers) {
            dialled += dial(processes, sources.twoLanes) ? 1 : 0;
        }
        return dialled;
    }

    private static List<List<IndexReply.Source>> byPeer(IndexReply.Locations locations) {
        Map<PeerId, List<IndexReply.Source>> processes = new LinkedHashMap<>();
        locations
                .entries()
                .forEach(source -> processes
                        .computeIfAbsent(source.peer(), peer -> new ArrayList<>())
                        .add(source));
        return List.copyOf(processes.values());
    }

    private boolean dial(List<IndexReply.Source> processes, boolean twoLanes) {
        PeerId peer = processes.getFirst().peer();
        if (isLeftAlone(peer) || transfer.isShunned(peer)) {
            return false;
        }
        boolean standing = links.find(peer, 0).map(transfer::uses).orElse(false);
        if (standing || !dialling.add(peer)) {
            return false;
        }
        Thread.ofPlatform().daemon().name("dial for " + key.content()).start(() -> {
            try {
                connect(peer, processes, twoLanes);
            } finally {
                dialling.remove(peer);
            }
        });
        return true;
    }

    private boolean isLeftAlone(PeerId peer) {
        long now = System.nanoTime();
        boolean others = transfer.sourceCount() > 0;
        synchronized (unreachable) {
            return justTried.isBanned(peer, now) || (others && unreachable.isBanned(peer, now));
        }
    }

    private void connect(PeerId peer, List<IndexReply.Source> processes, boolean twoLanes) {
        for (IndexReply.Source source : processes) {
            try {
                transfer.add(links.connect(source, 0));
                if (twoLanes && source.isSeed()) {
                    transfer.add(links.connect(source, 1));
                }
                return;
            } catch (TransportException e) {
                lastTrouble = "the peer " + peer.fingerprint() + ": " + e.getMessage();
                events.detail("Cannot reach " + lastTrouble + ".");
            }
        }
        synchronized (unreachable) {
            unreachable.ban(peer, System.nanoTime());
            justTried.ban(peer, System.nanoTime());
        }
    }
}
