package dev.shoal.testkit;

import dev.shoal.content.ChunkSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Notes second by second how a simulated swarm does. For one thread. */
final class SwarmCurve {

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final VirtualTime time;
    private final List<SwarmPeer> peers;
    private final ChunkSet spread;
    private final double downBytesPerSecond;
    private final double contentBytes;
    private final int downloaders;
    private final List<SwarmSecond> seconds = new ArrayList<>();
    private final Consumer<SwarmSecond> told;
    private long busyNanos;
    private long verifiedBytes;
    private long verifiedBefore;

    /**
     * Begins to note.
     *
     * @param told is told each second when it is over: a run of very many peers takes long
     */
    SwarmCurve(SwarmScenario scenario, VirtualTime time, List<SwarmPeer> peers, Consumer<SwarmSecond> told) {
        this.time = time;
        this.told = told;
        this.peers = peers;
        this.spread = new ChunkSet(scenario.layout().chunkCount());
        this.downBytesPerSecond = scenario.peers().stream()
                .filter(peer -> !peer.seed())
                .mapToDouble(PeerSpec::downBytesPerSecond)
                .sum();
        this.downloaders =
                (int) scenario.peers().stream().filter(peer -> !peer.seed()).count();
        this.contentBytes = Math.max(1, scenario.contentBytes());
        time.after(SECOND_NANOS, this::second);
    }

    /** A downloader has one more chunk. */
    void verified(int chunk, int bytes) {
        spread.add(chunk);
        verifiedBytes += bytes;
    }

    List<SwarmSecond> seconds() {
        return List.copyOf(seconds);
    }

    private void second() {
        long busy = 0;
        int starved = 0;
        for (SwarmPeer peer : peers) {
            busy += peer.up.busyNanos();
            starved += peer.serving().isStarved() ? 1 : 0;
        }
        SwarmSecond second = new SwarmSecond(
                (busy - busyNanos) / (double) SECOND_NANOS / peers.size(),
                starved / (double) peers.size(),
                (verifiedBytes - verifiedBefore) / downBytesPerSecond,
                spread.count() / (double) Math.max(1, spread.size()),
                verifiedBytes / contentBytes / downloaders);
        seconds.add(second);
        told.accept(second);
        busyNanos = busy;
        verifiedBefore = verifiedBytes;
        time.after(SECOND_NANOS, this::second);
    }
}
