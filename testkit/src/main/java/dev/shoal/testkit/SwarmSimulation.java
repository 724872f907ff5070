package dev.shoal.testkit;

import dev.shoal.content.ChunkLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Runs a swarm in virtual time: the decisions are those of the real program, links, index and time are models. The same
 * scenario gives the same run, event for event. For one thread.
 */
public final class SwarmSimulation {

    /** Most violations that are kept: the first ones tell what is wrong. */
    private static final int MAX_VIOLATIONS = 10;

    /** What a window of TCP holds beyond the product of bandwidth and delay: some packets. */
    private static final int MIN_WINDOW_BYTES = 64 * 1024;

    private final SwarmScenario scenario;
    private final ChunkLayout layout;
    private final VirtualTime time = new VirtualTime();
    private final SwarmIndex index;
    private final List<SwarmPeer> peers = new ArrayList<>();
    private final List<Long> finishNanos = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final SplittableRandom random;
    private int nextHandle = 1;
    private int unfinished;
    private long seedSentBytes;
    private long sentBytes;
    private long wastedBytes;
    private final SwarmCurve curve;

    private SwarmSimulation(SwarmScenario scenario) {
        this.scenario = scenario;
        this.layout = scenario.layout();
        this.random = new SplittableRandom(scenario.seed());
        this.index = new SwarmIndex(random.split());
        this.curve = new SwarmCurve(scenario, time, peers);
    }

    /** Runs a scenario to its end. */
    public static SwarmResult run(SwarmScenario scenario) {
        return new SwarmSimulation(scenario).run();
    }

    private SwarmResult run() {
        for (PeerSpec spec : scenario.peers()) {
            SwarmPeer peer = new SwarmPeer(peers.size(), spec, this, random.split());
            peers.add(peer);
            if (!spec.seed() && spec.behaviour().mustFinish()) {
                unfinished++;
            }
            time.at(spec.startNanos(), peer::join);
            planFault(peer);
        }
        while (unfinished > 0 && violations.size() < MAX_VIOLATIONS && time.step(scenario.endNanos())) {
            if (violations.size() == MAX_VIOLATIONS) {
                break;
            }
        }
        if (unfinished > 0) {
            peers.stream().filter(SwarmPeer::isUnfinished).forEach(peer -> violation("not done: " + peer.describe()));
        }
        finishNanos.sort(null);
        return new SwarmResult(
                scenario,
                finishNanos,
                seedSentBytes,
                sentBytes,
                wastedBytes,
                curve.seconds(),
                uplinkUse(),
                time.executed(),
                violations);
    }

    private double uplinkUse() {
        double busy = 0;
        for (SwarmPeer peer : peers) {
            busy += peer.up.busyNanos();
        }
        return busy / Math.max(1, (double) time.nowNanos() * peers.size());
    }

    private void planFault(SwarmPeer peer) {
        long least = Math.max(10, (long) scenario.minimumNanos());
        long moment = peer.spec.startNanos() + random.nextLong(least / 10, least);
        if (peer.spec.behaviour() == PeerBehaviour.CRASHES) {
            time.at(moment, () -> {
                if (peer.isPresent() && peer.finishedNanos() < 0) {
                    peer.vanish();
                    time.after(least / 5, peer::join);
                }
            });
        } else if (peer.spec.behaviour() == PeerBehaviour.SLOWS_DOWN) {
            time.at(moment, () -> peer.up.rate(Math.max(1, peer.spec.upBytesPerSecond() / 100)));
        }
    }

    /** Connects two peers, unless one is gone, has no room, or they are connected already. */
    void connect(SwarmPeer dialling, SwarmPeer dialled) {
        boolean possible = dialling.isPresent() && dialled.isPresent() && dialling.hasRoom() && dialled.hasRoom();
        if (!possible || dialling.isConnectedTo(dialled)) {
            return;
        }
        SwarmConnection near = new SwarmConnection(nextHandle++, dialling, dialled, this);
        SwarmConnection far = new SwarmConnection(nextHandle++, dialled, dialling, this);
        near.joined(stream(dialling, dialled, far), far);
        far.joined(stream(dialled, dialling, near), near);
        dialling.connected(near);
        dialled.connected(far);
    }

    private SimulatedStream stream(SwarmPeer from, SwarmPeer to, SwarmConnection receiver) {
        double least = Math.min(from.spec.upBytesPerSecond(), to.spec.downBytesPerSecond());
        int window = MIN_WINDOW_BYTES + (int) Math.min(1 << 26, least * 2 * scenario.latencyNanos() / 1e9);
        return new SimulatedStream(
                time, from.up, to.down, scenario.latencyNanos(), scenario.sendBufferBytes(), window, receiver::receive);
    }

    VirtualTime time() {
        return time;
    }

    SwarmScenario scenario() {
        return scenario;
    }

    ChunkLayout layout() {
        return layout;
    }

    SwarmIndex index() {
        return index;
    }

    void violation(String sentence) {
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add("seed " + scenario.seed() + " at " + time.nowNanos() / 1_000_000 + " ms: " + sentence);
        }
    }

    void sent(boolean bySeed, int bytes) {
        sentBytes += bytes;
        seedSentBytes += bySeed ? bytes : 0;
    }

    void verified(int chunk) {
        curve.verified(chunk, layout.size(chunk));
    }

    void wasted(int bytes) {
        wastedBytes += bytes;
    }

    void peerFinished(SwarmPeer peer) {
        finishNanos.add(peer.finishedNanos());
        unfinished--;
    }
}
