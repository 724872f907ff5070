package dev.shoal.testkit;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * One direction of a peer's access link: packets of the streams that use it take turns, one packet a turn. For one
 * thread.
 */
final class SimulatedLink {

    private static final double NANOS_PER_SECOND = 1e9;

    /** What goes on when a packet has passed. */
    interface Next {
        void passed(SimulatedStream stream, SimulatedStream.Packet packet);
    }

    private final VirtualTime time;
    private final boolean up;
    private final Next next;
    private final Queue<SimulatedStream> ready = new ArrayDeque<>();
    private double nanosPerByte;
    private boolean busy;
    private long owedBytes;
    private long busyNanos;

    SimulatedLink(VirtualTime time, boolean up, long rateBytesPerSecond, Next next) {
        this.time = time;
        this.up = up;
        this.next = next;
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
        if (!busy) {
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
        busy = true;
        SimulatedStream serving = stream;
        SimulatedStream.Packet packet = stream.takePacket(up);
        long nanos = Math.max(1, (long) ((packet.bytes() + owedBytes) * nanosPerByte));
        owedBytes = 0;
        busyNanos += nanos;
        time.after(nanos, () -> {
            busy = false;
            if (serving.hasPacket(up)) {
                ready.add(serving);
            } else {
                serving.leftQueue(up);
            }
            next.passed(serving, packet);
            if (!busy) {
                serve();
            }
        });
    }
}
