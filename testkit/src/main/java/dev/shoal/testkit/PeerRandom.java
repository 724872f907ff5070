package dev.shoal.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Randomness of its own for each peer, so that leaving one out changes nothing for the others. For one thread. */
final class PeerRandom {

    /** The step of {@link SplittableRandom} itself: seeds that far apart have nothing in common. */
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private final long seed;
    private final Map<Integer, SplittableRandom> byPeer = new HashMap<>();

    PeerRandom(long seed) {
        this.seed = seed;
    }

    /** That of a peer, which goes on where it was. */
    SplittableRandom of(int peer) {
        return byPeer.computeIfAbsent(peer, number -> new SplittableRandom(seed + (number + 1) * STEP));
    }
}
