package dev.shoal.testkit;

import dev.shoal.swarm.Download;
import java.util.function.Consumer;

/** What has a limit stays within it. */
final class LimitsKept implements Invariant {

    /** As many pieces as a peer may have on their way: the most of {@code swarm}'s own control. */
    private static final int MOST_SLOTS = 64;

    @Override
    public String rule() {
        return "limits are kept";
    }

    @Override
    public void check(Touch touch, Consumer<String> complaint) {
        if (touch instanceof Touch.OfPeer(SwarmPeer peer)) {
            checkIdle(peer, complaint);
        }
    }

    @Override
    public void checkIdle(SwarmPeer peer, Consumer<String> complaint) {
        SwarmScenario scenario = peer.scenario();
        atMost(peer, "connections", peer.connections().size(), scenario.maxConnections(), complaint);
        atMost(peer, "pieces on their way", peer.uploads().sendingCount(), MOST_SLOTS, complaint);
        atMost(peer, "sources", peer.sourceCount(), Download.MAX_SOURCES, complaint);
        for (SwarmConnection connection : peer.connections()) {
            atMost(
                    peer,
                    "bytes requested from peer " + connection.other.id,
                    connection.requestedBytes(),
                    scenario.requestLimitBytes(),
                    complaint);
        }
    }

    private static void atMost(SwarmPeer peer, String what, long value, long most, Consumer<String> complaint) {
        if (value > most) {
            complaint.accept("peer " + peer.id + " has " + value + " " + what + ", more than " + most);
        }
    }
}
