package dev.shoal.testkit;

import dev.shoal.protocol.PeerPdu;
import dev.shoal.swarm.Download;
import dev.shoal.swarm.RateLimiter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What has a limit stays within it, rates too. */
final class LimitsKept implements Invariant {

    /** As many pieces as a peer may have on their way, be there many who wait: {@code swarm}'s own control. */
    private static final int MOST_SLOTS = 64;

    /** What goes at once under an upload limit: what flows in this time, and a frame at least. */
    private static final long UP_BURST_NANOS = 50_000_000L;

    /** What may be requested at once under a download limit: what was granted in a second, and in some ticks. */
    private static final long DOWN_BURST_NANOS = 1_000_000_000L + 3 * Download.TICK_NANOS;

    /**
     * The rates of a peer in one life: each begins with nothing sent and nothing requested.
     *
     * @param serving what ends with that life
     */
    private record Rates(SwarmServing serving, RateMeter up, RateMeter down) {}

    private final Map<Integer, Rates> rates = new HashMap<>();

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
        if (peer.isPresent()) {
            // One at a time to each.
            int mostSlots = Math.min(MOST_SLOTS, peer.connections().size());
            atMost(peer, "pieces on their way", peer.uploads().sendingCount(), mostSlots, complaint);
        }
        atMost(peer, "sources", peer.sourceCount(), Download.MAX_SOURCES, complaint);
        for (SwarmConnection connection : peer.connections()) {
            atMost(
                    peer,
                    "bytes requested from peer " + connection.other.id,
                    connection.requestedBytes(),
                    scenario.requestLimitBytes(),
                    complaint);
        }
        checkRates(peer, complaint);
    }

    private void checkRates(SwarmPeer peer, Consumer<String> complaint) {
        PeerHabits habits = peer.spec.habits();
        if (!peer.isPresent() || (habits.upLimit() == 0 && habits.downLimit() == 0)) {
            return;
        }
        Rates known = rates.get(peer.id);
        if (known == null || known.serving != peer.serving()) {
            known = begun(peer);
            rates.put(peer.id, known);
        }
        if (habits.upLimit() > 0) {
            long over = known.up.over(peer.serving().sentBytes(), peer.nowNanos());
            atMost(peer, "bytes sent faster than its upload limit", over, 0, complaint);
        }
        if (habits.downLimit() > 0) {
            long requested = peer.limit().requestedBytes(peer.connections());
            long over = known.down.over(requested, peer.nowNanos());
            atMost(peer, "bytes requested faster than its download limit", over, 0, complaint);
        }
    }

    private static Rates begun(SwarmPeer peer) {
        long up = Math.max(1, peer.spec.habits().upLimit());
        long upBurst = RateLimiter.burstBytes(up, PeerPdu.MAX_DATA_BYTES, UP_BURST_NANOS);
        long down = peer.spec.habits().downLimit();
        // A request is made when a block is allowed, and may be for a whole chunk.
        long downBurst = (long) (down * (DOWN_BURST_NANOS / 1e9))
                + peer.scenario().layout().chunkBytes();
        // It joins in an event that touches it.
        long since = peer.nowNanos();
        return new Rates(peer.serving(), new RateMeter(up, upBurst, since), new RateMeter(down, downBurst, since));
    }

    private static void atMost(SwarmPeer peer, String what, long value, long most, Consumer<String> complaint) {
        if (value > most) {
            complaint.accept("peer " + peer.id + " has " + value + " " + what + ", more than " + most);
        }
    }
}
