package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.security.PrivateKey;
import java.util.LinkedHashMap;

/**
 * Signs the tickets that sources of private shares want to see. A signature is the dearest thing that a look-up costs,
 * so a ticket is given again to the same asker until a third of its life is gone. Whether he may have one is decided
 * before, each time. Thread-safe.
 */
final class AccessTickets {

    /** How many tickets are kept: some 5 MB. */
    private static final int MAX_KEPT = 10_000;

    private record Asked(PeerId peer, PeerKey account, ContentId share) {}

    private final PeerId index;
    private final PrivateKey key;
    private final int maxKept;

    /** The longest there is first. Guarded by itself. */
    private final LinkedHashMap<Asked, AccessTicket> kept = new LinkedHashMap<>();

    /** Of an index, whose key signs. */
    AccessTickets(PeerId index, PrivateKey key) {
        this(index, key, MAX_KEPT);
    }

    /** Keeps so many at most. */
    AccessTickets(PeerId index, PrivateKey key, int maxKept) {
        this.index = index;
        this.key = key;
        this.maxKept = maxKept;
    }

    /** Whose they are. */
    PeerId index() {
        return index;
    }

    /** A ticket that is good for at least two thirds of {@link AccessTicket#LIFE_MILLIS}. */
    AccessTicket ticket(PeerId peer, PeerKey account, ContentId share, long nowMillis) {
        Asked asked = new Asked(peer, account, share);
        synchronized (kept) {
            AccessTicket before = kept.get(asked);
            long leftMillis = before == null ? 0 : before.expiryMillis() - nowMillis;
            if (before != null
                    && leftMillis >= AccessTicket.LIFE_MILLIS * 2 / 3
                    && leftMillis <= AccessTicket.LIFE_MILLIS) {
                return before;
            }
        }
        AccessTicket fresh = AccessTicket.sign(index, share, peer, account, nowMillis + AccessTicket.LIFE_MILLIS, key);
        synchronized (kept) {
            kept.remove(asked);
            kept.put(asked, fresh);
            if (kept.size() > maxKept) {
                kept.pollFirstEntry();
            }
        }
        return fresh;
    }

    /** How many are kept. */
    int size() {
        synchronized (kept) {
            return kept.size();
        }
    }
}
