package dev.shoal.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Whatever is requested comes, is refused, is given back, or is ended by its requester before long; and its requester
 * knows of it, for it is the only one that looks at the clock.
 */
final class RequestsEnd implements Invariant {

    /** The deadline of a download's requests, and some of its ticks. */
    private static final long MOST_NANOS = 46_000_000_000L;

    @Override
    public String rule() {
        return "no request is without a deadline";
    }

    @Override
    public void check(Touch touch, Consumer<String> complaint) {
        if (touch instanceof Touch.OfPeer(SwarmPeer peer)
                && peer.connections().stream().anyMatch(connection -> connection.requestedBytes() > 0)) {
            Map<Integer, Long> known = new HashMap<>();
            peer.reports().forEach(report -> known.put(report.source(), report.requestedBytes()));
            for (SwarmConnection connection : peer.connections()) {
                long forgotten = connection.requestedBytes() - known.getOrDefault(connection.handle, 0L);
                if (forgotten > 0) {
                    complaint.accept("peer " + peer.id + " has requested " + connection.requestedBytes()
                            + " bytes from peer " + connection.other.id + ", of which its download forgot "
                            + forgotten);
                }
            }
        }
    }

    @Override
    public void checkIdle(SwarmPeer peer, Consumer<String> complaint) {
        for (SwarmConnection connection : peer.connections()) {
            long out = peer.nowNanos() - connection.oldestNanos();
            if (out > MOST_NANOS) {
                complaint.accept("a request of peer " + peer.id + " to peer " + connection.other.id + " is out for "
                        + Fault.seconds(out));
            }
        }
    }
}
