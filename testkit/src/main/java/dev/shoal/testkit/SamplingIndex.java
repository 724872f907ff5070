package dev.shoal.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** An index that always answers and knows everybody: it names random ones of those who are there. For one thread. */
final class SamplingIndex implements SwarmIndex {

    private final VirtualTime time;
    private final SwarmScenario scenario;
    private final SplittableRandom random;
    private final List<SwarmPeer> registered = new ArrayList<>();
    private final Map<SwarmPeer, Integer> places = new HashMap<>();

    SamplingIndex(VirtualTime time, SwarmScenario scenario, SplittableRandom random) {
        this.time = time;
        this.scenario = scenario;
        this.random = random;
    }

    @Override
    public void joined(SwarmPeer peer) {
        if (places.putIfAbsent(peer, registered.size()) == null) {
            registered.add(peer);
        }
    }

    @Override
    public void left(SwarmPeer peer, boolean goodBye) {
        Integer place = places.remove(peer);
        if (place != null) {
            SwarmPeer last = registered.removeLast();
            if (last != peer) {
                registered.set(place, last);
                places.put(last, place);
            }
        }
    }

    @Override
    public void locate(SwarmPeer asker, Consumer<List<SwarmPeer>> found) {
        time.after(2 * scenario.latencyNanos(), () -> found.accept(sample(asker, scenario.sampleSize())));
    }

    /** Up to that many others, each at most once. */
    private List<SwarmPeer> sample(SwarmPeer asker, int count) {
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
