package dev.shoal.testkit;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.swarm.BlockRange;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection between two simulated peers: what goes out, what the other end has, and a ledger of what was
 * requested there, against which the rules are checked. For one thread.
 */
final class SwarmConnection {

    /** How long a connection to a machine without power seems to live: TCP tries, then its owner has enough. */
    private static final long DEAD_NANOS = 60_000_000_000L;

    private static final String ONCE = "a block is requested once from one source";

    final int handle;
    final SwarmPeer owner;
    final SwarmPeer other;
    final ChunkSet theirs;
    private final SwarmSimulation simulation;
    /** Blocks that were requested and did not come, with when; the oldest first. */
    private final Map<Long, Long> requested = new LinkedHashMap<>();

    private long requestedBytes;
    private @Nullable SimulatedStream out;
    private @Nullable SwarmConnection far;
    private final Queue<SwarmMessage> inbox = new ArrayDeque<>();
    private boolean open = true;
    private boolean reading;

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

    /** Whether bytes are coming, be it in the middle of a message. */
    boolean isReceiving() {
        return open
                && far != null
                && far.out != null
                && far.out.isFlowing()
                && simulation.network().reaches(other.id, owner.id);
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
        if (open && reading) {
            inbox.add(message);
        } else if (open) {
            owner.received(this, message);
        }
    }

    /** Its reader is in the middle of data for so long; what comes behind it waits. */
    void read(long nanos, Runnable then) {
        if (nanos == 0) {
            then.run();
            return;
        }
        reading = true;
        simulation.time().after(nanos, () -> {
            reading = false;
            if (open) {
                then.run();
            }
            while (open && !reading && !inbox.isEmpty()) {
                owner.received(this, inbox.remove());
            }
        });
    }

    /** Ends both directions; the other end hears of it after the latency. */
    void close() {
        if (!open || far == null || out == null) {
            return;
        }
        open = false;
        out.close();
        SwarmConnection end = far;
        long nanos = simulation.scenario().latencyNanos() + simulation.network().delayNanos(owner.id, other.id);
        simulation.time().after(nanos, end::closedByOther);
    }

    /** This end's machine has lost its power: the other end notices when it has waited for long enough. */
    void die() {
        if (open && far != null && far.out != null && out != null) {
            open = false;
            out.close();
            far.out.freeze();
            simulation.time().after(DEAD_NANOS, far::closedByOther);
        }
    }

    /** The other end is gone, and this end hears of it. */
    void closedByOther() {
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
        long now = simulation.time().nowNanos();
        for (int block = range.firstBlock(); block < range.endBlock(); block++) {
            if (requested.put(key(range.chunk(), block), now) != null) {
                simulation.violation(
                        ONCE,
                        "peer " + owner.id + " requests block " + block + " of chunk " + range.chunk()
                                + " twice from peer " + other.id);
            } else {
                requestedBytes += bytes(range.chunk(), block);
            }
        }
    }

    /** Blocks came, or are waited for no longer. Returns how many bytes of them were. */
    int settled(BlockRange range) {
        int settledBytes = 0;
        for (int block = range.firstBlock(); block < range.endBlock(); block++) {
            if (requested.remove(key(range.chunk(), block)) != null) {
                settledBytes += bytes(range.chunk(), block);
            }
        }
        requestedBytes -= settledBytes;
        return settledBytes;
    }

    /** How much was requested and did not come, was not refused, given back or cancelled. */
    long requestedBytes() {
        return requestedBytes;
    }

    /** Since when the oldest request is out; the present moment when there is none. */
    long oldestNanos() {
        return requested.isEmpty()
                ? simulation.time().nowNanos()
                : requested.values().iterator().next();
    }

    private int bytes(int chunk, int block) {
        return simulation.layout().size(chunk, block, 1);
    }

    void forgetRequests() {
        requested.clear();
        requestedBytes = 0;
    }

    private static long key(int chunk, int block) {
        return ((long) chunk << 16) | block;
    }
}
