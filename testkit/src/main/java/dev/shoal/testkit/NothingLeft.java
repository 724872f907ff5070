package dev.shoal.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * When everybody is done, nobody waits for anything: each request has been answered, or its source has been told that
 * it is wanted no longer. Not an {@link Invariant}: it is about the end of a run.
 */
final class NothingLeft {

    /** The rule, as a sentence. */
    static final String RULE = "nothing waits when everybody is done";

    private NothingLeft() {}

    /** What is wrong, a sentence for each peer that keeps something for somebody. */
    static List<String> wrong(Collection<SwarmPeer> peers) {
        List<String> wrong = new ArrayList<>();
        if (peers.stream().anyMatch(peer -> peer.isPresent() && peer.isUnfinished())) {
            return wrong;
        }
        for (SwarmPeer peer : peers) {
            // What is on its way on a slow line cannot be taken back.
            long waiting = peer.serving().waitingHonest() - peer.uploads().sendingCount();
            if (waiting > 0) {
                wrong.add("peer " + peer.id + " keeps requests of " + waiting + " others");
            }
            for (SwarmConnection connection : peer.connections()) {
                if (connection.requestedBytes() > 0) {
                    wrong.add("peer " + peer.id + " waits for " + connection.requestedBytes() + " bytes from peer "
                            + connection.other.id);
                }
            }
        }
        return wrong;
    }
}
