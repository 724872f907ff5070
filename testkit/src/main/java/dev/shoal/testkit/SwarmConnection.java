package dev.shoal.testkit;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.swarm.BlockRange;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection between two simulated peers: what goes out, what the other end has, and a ledger of what was
 * requested there, against which the rules are checked. For one thread.
 */
final class SwarmConnection {

    /** A request may be out for the deadline of a download, and some ticks more. */
    private static final long MAX_REQUEST_NANOS = 62_000_000_000L;

    final int handle;
    final SwarmPeer owner;
    final SwarmPeer other;
    final ChunkSet theirs;
    private final SwarmSimulation simulation;
    private final Map<Long, Long> requested = new HashMap<>();
    private @Nullable SimulatedStream out;
    private @Nullable SwarmConnection far;
    private boolean open = true;

    SwarmConnection(int handle, SwarmPeer owner, SwarmPeer other, SwarmSimulation simulation) {
        this.handle = handle;
        this.owner = owner;
        this.other = other;
        this.simulation = simulation;
        this.theirs = new ChunkSet(simulation.layout().chunkCount());
    }

    void joined(SimulatedStream stream, SwarmConnection otherEnd) {
        out = stream;
        far = otherEnd;
    }

    boolean isOpen() {
        return open;
    }

    void write(SwarmMessage message) {
        if (open && out != null) {
            out.write(message);
        }
    }

    void write(SwarmMessage message, Runnable done) {
        if (open && out != null) {
            out.write(message, done);
        }
    }

    void receive(SwarmMessage message) {
        if (open) {
            owner.received(this, message);
        }
    }

    /** Ends both directions; the other end hears of it after the latency. */
    void close() {
        if (!open || far == null || out == null) {
            return;
        }
        open = false;
        out.close();
        SwarmConnection end = far;
        simulation.time().after(simulation.scenario().latencyNanos(), end::closedByOther);
    }

    private void closedByOther() {
        if (open && out != null) {
            open = false;
            out.close();
            owner.lost(this);
        }
    }

    void theyHave(Collection<ChunkRun> runs) {
        runs.forEach(theirs::add);
    }

    void requested(BlockRange range) {
        for (int block = range.firstBlock(); block < range.endBlock(); block++) {
            Long before =
                    requested.put(key(range.chunk(), block), simulation.time().nowNanos());
            if (before != null) {
                simulation.violation("block " + block + " of " + range.chunk() + " requested twice from one source");
            }
        }
        if (requested.size() * 16L * 1024 > simulation.scenario().requestLimitBytes() + 64 * 1024) {
            simulation.violation("more requested than the source allows");
        }
    }

    void settled(BlockRange range) {
        for (int block = range.firstBlock(); block < range.endBlock(); block++) {
            requested.remove(key(range.chunk(), block));
        }
    }

    void checkDeadlines() {
        long now = simulation.time().nowNanos();
        for (Long issued : requested.values()) {
            if (open && now - issued > MAX_REQUEST_NANOS) {
                simulation.violation("a request is out since " + issued + " ns at " + now + " ns");
                return;
            }
        }
    }

    void forgetRequests() {
        requested.clear();
    }

    private static long key(int chunk, int block) {
        return ((long) chunk << 16) | block;
    }
}
