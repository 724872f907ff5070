package dev.shoal.testkit;

import dev.shoal.content.ChunkSet;
import java.util.Collection;
import java.util.List;

/**
 * Every download whose chunks exist among live peers ends. When nothing goes wrong any more, whoever is there and means
 * well has got what anybody has that serves it. Not an {@link Invariant}: it is about the end of a run.
 */
final class DownloadsEnd {

    /** The rule, as a sentence. */
    static final String RULE = "every download whose chunks exist among live peers ends";

    private DownloadsEnd() {}

    /** The peers that have to get something still. */
    static List<SwarmPeer> unsettled(Collection<SwarmPeer> peers) {
        List<SwarmPeer> waiting = peers.stream()
                .filter(peer -> peer.isPresent() && peer.isUnfinished())
                .toList();
        if (waiting.isEmpty()) {
            return waiting;
        }
        ChunkSet there = new ChunkSet(waiting.getFirst().disk().held().size());
        for (SwarmPeer peer : peers) {
            if (peer.isSource()) {
                peer.disk().held().runs().forEach(there::add);
            }
        }
        return waiting.stream().filter(peer -> lacksOneOf(peer, there)).toList();
    }

    private static boolean lacksOneOf(SwarmPeer peer, ChunkSet there) {
        ChunkSet held = peer.disk().held();
        for (int chunk = held.nextMissing(0); chunk >= 0; chunk = held.nextMissing(chunk + 1)) {
            if (there.contains(chunk)) {
                return true;
            }
        }
        return false;
    }
}
