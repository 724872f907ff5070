package dev.shoal.index;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The directory's peers by number. The number of one that left is used again when its last stale place was released,
 * the most recently released first. For one thread at a time.
 */
final class Peers {

    private static final int SHIFT = 10;
    private static final int PAGE = 1 << SHIFT;

    private @Nullable PeerEntry[][] pages = new PeerEntry[0][];

    private final PeerLoads loads = new PeerLoads();
    private final PagedInts free = new PagedInts();
    private int freeCount;
    private int bound;
    private int gone;

    /** Takes a peer in. Returns its number. */
    int add(Contact contact) {
        int peer = freeCount > 0 ? free.at(--freeCount) : bound++;
        if (peer >>> SHIFT == pages.length) {
            pages = Arrays.copyOf(pages, pages.length + 1);
            pages[pages.length - 1] = new PeerEntry[PAGE];
        }
        pages[peer >>> SHIFT][peer & (PAGE - 1)] = new PeerEntry();
        loads.add(peer);
        tell(peer, contact);
        return peer;
    }

    /** Tells other things of a peer from now on. */
    void tell(int peer, Contact contact) {
        loads.tell(peer, at(peer).tell(contact), Visibility.network(contact.observed()));
    }

    /** How busy they are. */
    PeerLoads loads() {
        return loads;
    }

    /** The peer with that number, which may be gone. */
    PeerEntry at(int peer) {
        return Objects.requireNonNull(pages[peer >>> SHIFT][peer & (PAGE - 1)]);
    }

    /** A peer is gone, and so many stale places name it still. */
    void leave(int peer, int places) {
        PeerEntry entry = at(peer);
        entry.leave();
        loads.remove(peer);
        entry.stale = places;
        gone++;
    }

    /** One stale place less names a peer that is gone; with the last one its number is free. */
    void release(int peer) {
        PeerEntry entry = at(peer);
        if (entry.stale == 0) {
            throw new IllegalStateException("peer " + peer + " has no stale place");
        }
        if (--entry.stale == 0) {
            pages[peer >>> SHIFT][peer & (PAGE - 1)] = null;
            free.ensure(freeCount + 1);
            free.put(freeCount++, peer);
            gone--;
        }
    }

    /** How many peers there are that are not gone. */
    int count() {
        return bound - freeCount - gone;
    }

    /** How many peers are gone and still named in stale places. */
    int staleCount() {
        return gone;
    }
}
