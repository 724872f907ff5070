package dev.shoal.swarm;

import dev.shoal.protocol.PeerId;

/** Which of two connections stays when two peers dialled each other at the same moment. */
public final class Glare {

    private Glare() {}

    /**
     * Whether a connection stays beside another one with the same peer: the one that the smaller id dialled does. Both
     * sides come to the same answer without a word.
     *
     * @param self this peer
     * @param other the peer at the other end
     * @param dialledBySelf who dialled the connection in question
     */
    public static boolean stays(PeerId self, PeerId other, boolean dialledBySelf) {
        return (self.compareTo(other) < 0) == dialledBySelf;
    }
}
