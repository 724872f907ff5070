package dev.shoal.testkit;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a peer's access link: packets of the streams that use it take turns, one packet a turn. It is its
 * own event: that the packet on it has passed. For one thread.
 */
final class SimulatedLink implements Runnable {

    private static final double NANOS_PER_SECOND = 1e9;

    private final VirtualTime time;
    private final boolean up;
    private final Queue<SimulatedStream> ready = new ArrayDeque<>();
    private double nanosPerByte;
    private @Nullable SimulatedStream serving;
    private SimulatedStream.Packet packet = SimulatedStream.Packet.NONE;
    private long owedBytes;
    private long busyNanos;

    SimulatedLink(VirtualTime time, boolean up, long rateBytesPerSecond) {
        this.time = time;
        this.up = up;
        rate(rateBytesPerSecond);
    }

    void rate(long rateBytesPerSecond) {
        nanosPerByte = NANOS_PER_SECOND / rateBytesPerSecond;
    }

    /** How long it was in use. */
    long busyNanos() {
        return busyNanos;
    }

    /** A small packet slips in between two others: it takes its time from the next one. Returns its own time. */
    long slipIn(int bytes) {
        owedBytes += bytes;
        return (long) (bytes * nanosPerByte);
    }

    /** A stream has a packet for this link. */
    void offer(SimulatedStream stream) {
        ready.add(stream);
        if (serving == null) {
            serve();
        }
    }

    private void serve() {
        SimulatedStream stream = ready.poll();
        while (stream != null && !stream.hasPacket(up)) {
            stream.leftQueue(up);
            stream = ready.poll();
        }
        if (stream == null) {
            return;
        }
        serving = stream;
        packet = stream.takePacket(up);
        long nanos = Math.max(1, (long) ((packet.bytes() + owedBytes) * nanosPerByte));
        owedBytes = 0;
        busyNanos += nanos;
        time.after(nanos, this);
    }

    /** The packet has passed. */
    @Override
    public void run() {
        SimulatedStream served = serving;
        if (served == null) {
            return;
        }
        final SimulatedStream.Packet passed = packet;
        serving = null;
        if (served.hasPacket(up)) {
            ready.add(served);
        } else {
            served.leftQueue(up);
        }
        if (up) {
            served.departed(passed);
        } else {
            served.deliver(passed);
        }
        if (serving == null) {
            serve();
        }
    }
}
