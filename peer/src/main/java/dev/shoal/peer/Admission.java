package dev.shoal.peer;

import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.PeerPdu;
import org.jspecify.annotations.Nullable;

/**
 * The newest good ticket of who opened something private. Changed on the link's reader alone, read on any thread.
 */
final class Admission {

    private volatile AccessTicket ticket;

    private Admission(AccessTicket ticket) {
        this.ticket = ticket;
    }

    /** Of who showed this to open it; null for what everybody may open. */
    static @Nullable Admission of(PeerPdu.Open.@Nullable Pass pass) {
        return pass == null ? null : new Admission(pass.ticket());
    }

    /** The ticket that counts. */
    AccessTicket ticket() {
        return ticket;
    }

    /** Another good one was shown; the one that is good for longer counts. */
    void renew(AccessTicket fresh) {
        if (fresh.expiryMillis() > ticket.expiryMillis()) {
            ticket = fresh;
        }
    }
}
