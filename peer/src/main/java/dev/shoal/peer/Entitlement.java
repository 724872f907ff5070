package dev.shoal.peer;

import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.PeerPdu;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a download shows to its sources: nothing for what everybody may get, else the newest ticket that the index gave.
 * Thread-safe.
 */
final class Entitlement {

    private final ShareKey key;
    private volatile @Nullable AccessTicket ticket;

    /** To get something; without a ticket at first. */
    Entitlement(ShareKey key) {
        this.key = key;
    }

    /** What may be got. */
    ShareKey key() {
        return key;
    }

    /** Whether sources can be asked now. */
    boolean isReady(long nowMillis) {
        AccessTicket known = ticket;
        return !key.isPrivate() || (known != null && !known.isOver(nowMillis));
    }

    /**
     * What to tell when the index's newest ticket is of no use; empty when it is.
     *
     * @param nowMillis the time by this machine's clock
     */
    Optional<String> trouble(long nowMillis) {
        return isReady(nowMillis) || ticket == null
                ? Optional.empty()
                : Optional.of("by the clock of this machine, which says "
                        + Instant.ofEpochMilli(nowMillis).truncatedTo(ChronoUnit.SECONDS)
                        + ", the index's permission to get it is over already: set the clock right");
    }

    /** Opens it at a source; only when it {@link #isReady}. */
    PeerPdu.Open opening() {
        AccessTicket known = ticket;
        return key.circle() == null || known == null
                ? new PeerPdu.Open(key.content())
                : new PeerPdu.Open(
                        key.content(), new PeerPdu.Open.Pass(key.circle().audience(), known));
    }

    /** The index gave this one. Returns whether it is good for longer than what the sources know. */
    synchronized boolean take(AccessTicket fresh) {
        AccessTicket known = ticket;
        boolean isNews = key.isPrivate() && (known == null || fresh.expiryMillis() > known.expiryMillis());
        if (isNews) {
            ticket = fresh;
        }
        return isNews;
    }
}
