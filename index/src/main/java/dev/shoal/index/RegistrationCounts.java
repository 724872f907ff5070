package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.ShareId;

/**
 * Counts the pairs of a peer and a content, and those of private shares by themselves: nobody is told how many these
 * are. For one thread at a time.
 */
final class RegistrationCounts {

    private int all;
    private int hidden;

    /** A peer has registered a content. */
    void add(PeerEntry peer, ContentId content) {
        peer.digest.add(content);
        all++;
        if (ShareId.isOne(content)) {
            peer.hidden++;
            hidden++;
        }
    }

    /** A peer has withdrawn a content. */
    void remove(PeerEntry peer, ContentId content) {
        peer.digest.remove(content);
        all--;
        if (ShareId.isOne(content)) {
            peer.hidden--;
            hidden--;
        }
    }

    /** A peer has gone that had registered so many contents. */
    void leave(PeerEntry peer, int count) {
        all -= count;
        hidden -= peer.hidden;
        peer.hidden = 0;
    }

    /** How many there are. */
    int all() {
        return all;
    }

    /** How many there are without private shares. */
    int shown() {
        return all - hidden;
    }
}
