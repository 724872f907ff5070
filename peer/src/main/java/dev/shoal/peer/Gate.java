package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.ShareId;
import dev.shoal.swarm.RateLimiter;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks the tickets that open what is shared privately. It looks at the ticket alone, before anybody looks whether
 * what it is for is here, so that how long an answer takes tells nothing. What is shown over a link is checked on its
 * reader; a check takes some tenths of a millisecond. Thread-safe.
 */
final class Gate {

    /** Wrong tickets of one link that are looked at at once, and one more each second: each costs this side more. */
    static final int WRONG_TICKETS = 64;

    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Set<PeerKey> indexes = ConcurrentHashMap.newKeySet();
    /** By number of the link, as long as it lives. */
    private final Map<Integer, RateLimiter> wrong = new ConcurrentHashMap<>();

    /** With the clock that tickets are compared with, and one that only goes forward. */
    Gate(InstantSource clock, LongSupplier nanoClock) {
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /** This peer is at an index: what it shares privately there is opened by that one's tickets. */
    void trust(PeerKey index) {
        indexes.add(index);
    }

    /** Nothing is shown over a link any more. */
    void linkGone(int link) {
        wrong.remove(link);
    }

    /** What a link asks for, if it may: null when it shows a ticket that is not good. */
    @Nullable
    ShareKey key(int link, PeerId peer, PeerPdu.Open open) {
        PeerPdu.Open.Pass pass = open.pass();
        if (pass == null) {
            return new ShareKey(open.content());
        }
        if (isOver(pass.ticket()) || !mayTry(link)) {
            return null;
        }
        ContentId share = ShareId.of(pass.audience(), open.content());
        for (PeerKey index : indexes) {
            if (pass.ticket().isAuthentic(index, share, peer)) {
                return new ShareKey(open.content(), new Circle(pass.audience(), index));
            }
        }
        countWrong(link);
        return null;
    }

    /** Whether a ticket is good for something that is open, and for who is at the other end of the link. */
    boolean isGood(int link, PeerId peer, ShareKey key, AccessTicket ticket) {
        Circle circle = key.circle();
        if (circle == null || isOver(ticket) || !mayTry(link)) {
            return false;
        }
        boolean good = ticket.isAuthentic(circle.index(), key.registered(), peer);
        if (!good) {
            countWrong(link);
        }
        return good;
    }

    /** Whether a ticket opens nothing any more. */
    boolean isOver(AccessTicket ticket) {
        return ticket.isOver(clock.millis());
    }

    private boolean mayTry(int link) {
        RateLimiter limit = wrong.get(link);
        return limit == null || limit.available(nanoClock.getAsLong()) >= 1;
    }

    private void countWrong(int link) {
        long now = nanoClock.getAsLong();
        wrong.computeIfAbsent(link, fresh -> new RateLimiter(1, WRONG_TICKETS, now))
                .take(1, now);
    }
}
