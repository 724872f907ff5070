package dev.shoal.testkit;

import dev.shoal.content.ChunkLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What is simulated: the content, the peers, the network and how the peers are set. Everything else follows from the
 * seed. Immutable.
 *
 * @param seed where all randomness comes from
 * @param contentBytes length of the content
 * @param peers the peers, numbered in this order
 * @param latencyNanos one way between two peers
 * @param sendBufferBytes how much a socket takes before a write waits
 * @param slots pieces on their way at a time at each peer
 * @param announceNanos how long new chunks are gathered before they are told to others
 * @param sampleSize how many sources the index names at a time
 * @param maxConnections connections that a peer holds
 * @param requestLimitBytes what a peer lets another one request at a time
 * @param endNanos when whoever is not done has failed
 */
public record SwarmScenario(
        long seed,
        long contentBytes,
        List<PeerSpec> peers,
        long latencyNanos,
        int sendBufferBytes,
        int slots,
        long announceNanos,
        int sampleSize,
        int maxConnections,
        int requestLimitBytes,
        long endNanos) {

    private static final long MILLIS = 1_000_000L;

    /** Usual settings; peers are added by {@link #plus}. */
    public static SwarmScenario of(long seed, long contentBytes) {
        return new SwarmScenario(
                seed,
                contentBytes,
                List.of(),
                5 * MILLIS,
                64 * 1024,
                2,
                100 * MILLIS,
                20,
                40,
                16 * 1024 * 1024,
                3_600_000 * MILLIS);
    }

    /** The same with more peers of one kind. */
    public SwarmScenario plus(int count, PeerSpec peer) {
        List<PeerSpec> all = new ArrayList<>(peers);
        all.addAll(Collections.nCopies(count, peer));
        return peers(all);
    }

    /** The same with other peers. */
    public SwarmScenario peers(List<PeerSpec> others) {
        return new SwarmScenario(
                seed,
                contentBytes,
                List.copyOf(others),
                latencyNanos,
                sendBufferBytes,
                slots,
                announceNanos,
                sampleSize,
                maxConnections,
                requestLimitBytes,
                endNanos);
    }

    /** The same with a content of another length. */
    public SwarmScenario bytes(long otherContentBytes) {
        return new SwarmScenario(
                seed,
                otherContentBytes,
                peers,
                latencyNanos,
                sendBufferBytes,
                slots,
                announceNanos,
                sampleSize,
                maxConnections,
                requestLimitBytes,
                endNanos);
    }

    /** The same with another network. */
    public SwarmScenario network(long otherLatencyNanos, int otherSendBufferBytes) {
        return new SwarmScenario(
                seed,
                contentBytes,
                peers,
                otherLatencyNanos,
                otherSendBufferBytes,
                slots,
                announceNanos,
                sampleSize,
                maxConnections,
                requestLimitBytes,
                endNanos);
    }

    /** The same with other settings of the peers. */
    public SwarmScenario settings(int otherSlots, long otherAnnounceNanos, int otherSampleSize, int otherConnections) {
        return new SwarmScenario(
                seed,
                contentBytes,
                peers,
                latencyNanos,
                sendBufferBytes,
                otherSlots,
                otherAnnounceNanos,
                otherSampleSize,
                otherConnections,
                requestLimitBytes,
                endNanos);
    }

    /** The same with another end. */
    SwarmScenario until(long otherEndNanos) {
        return new SwarmScenario(
                seed,
                contentBytes,
                peers,
                latencyNanos,
                sendBufferBytes,
                slots,
                announceNanos,
                sampleSize,
                maxConnections,
                requestLimitBytes,
                otherEndNanos);
    }

    ChunkLayout layout() {
        return new ChunkLayout(contentBytes);
    }

    /**
     * The least time in which all downloaders can have the content, in nanoseconds: max{F/u_s, F/d_min, N·F/(u_s+Σu_i)}
     * (Kumar and Ross, 2006).
     */
    public double minimumNanos() {
        double seedUp = 0;
        double up = 0;
        double leastDown = Double.MAX_VALUE;
        int downloaders = 0;
        for (PeerSpec peer : peers) {
            up += peer.upBytesPerSecond();
            if (peer.seed()) {
                seedUp += peer.upBytesPerSecond();
            } else {
                downloaders++;
                leastDown = Math.min(leastDown, (double) peer.downBytesPerSecond());
            }
        }
        double slowest = Math.max(1 / seedUp, Math.max(1 / leastDown, downloaders / up));
        return (double) contentBytes * slowest * 1e9;
    }

    /** How many want the content. */
    public int downloaders() {
        return (int) peers.stream().filter(peer -> !peer.seed()).count();
    }

    /** Whether there is one seed, and all others have links of its rate both ways. */
    public boolean isOfEquals() {
        long rate = peers.getFirst().upBytesPerSecond();
        return downloaders() == peers.size() - 1
                && peers.getFirst().seed()
                && peers.stream()
                        .filter(peer -> !peer.seed())
                        .allMatch(peer -> peer.upBytesPerSecond() == rate && peer.downBytesPerSecond() == rate);
    }

    /**
     * The least time among equals when only whole chunks are passed on: that of 1+⌊log2 N⌋/M copies, with N downloaders
     * and M chunks.
     */
    public double copiesNanos() {
        double copy = contentBytes * 1e9 / peers.getFirst().upBytesPerSecond();
        int doublings = 31 - Integer.numberOfLeadingZeros(Math.max(1, downloaders()));
        return copy * (1 + doublings / (double) layout().chunkCount());
    }
}
