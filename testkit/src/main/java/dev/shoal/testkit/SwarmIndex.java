package dev.shoal.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What the index does for a simulated swarm: it names random ones of the peers that registered. For one thread. */
final class SwarmIndex {

    private final SplittableRandom random;
    private final List<SwarmPeer> registered = new ArrayList<>();
    private final Map<SwarmPeer, Integer> places = new HashMap<>();

    SwarmIndex(SplittableRandom random) {
        this.random = random;
    }

    void register(SwarmPeer peer) {
        if (places.putIfAbsent(peer, registered.size()) == null) {
            registered.add(peer);
        }
    }

    void deregister(SwarmPeer peer) {
        Integer place = places.remove(peer);
        if (place != null) {
            SwarmPeer last = registered.removeLast();
            if (last != peer) {
                registered.set(place, last);
                places.put(last, place);
            }
        }
    }

    /** Up to that many others, each at most once. */
    List<SwarmPeer> sample(SwarmPeer asker, int count) {
        List<SwarmPeer> sample = new ArrayList<>();
        int size = registered.size();
        for (int taken = 0; taken < size && sample.size() < count; taken++) {
            int pick = random.nextInt(taken, size);
            SwarmPeer picked = registered.get(pick);
            SwarmPeer first = registered.get(taken);
            registered.set(taken, picked);
            registered.set(pick, first);
            places.put(picked, taken);
            places.put(first, pick);
            if (picked != asker) {
                sample.add(picked);
            }
        }
        return sample;
    }
}
