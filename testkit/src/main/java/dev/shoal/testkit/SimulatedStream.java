package dev.shoal.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * One direction of a TCP connection: bytes in order, a bounded send buffer, a bounded amount in flight. Messages arrive
 * whole, when their last byte does. For one thread.
 */
final class SimulatedStream {

    /** Bytes of the largest packet: a TLS record. */
    static final int PACKET_BYTES = 16 * 1024;

    /** Messages up to this size that find the stream empty do not queue: they fit between the packets of others. */
    static final int SMALL_BYTES = 1024;

    /** What TCP, IP and TLS add to a message that travels alone, in bytes. */
    static final int ALONE_BYTES = 74;

    /** Part of the byte stream, with the messages that end in it. */
    record Packet(int bytes, List<SwarmMessage> complete) {}

    private record Write(long endsAt, Runnable done) {}

    private final VirtualTime time;
    private final SimulatedLink up;
    private final SimulatedLink down;
    private final long latencyNanos;
    private final int sendBufferBytes;
    private final int windowBytes;
    private final Consumer<SwarmMessage> receiver;

    private final Deque<SwarmMessage> unsent = new ArrayDeque<>();
    private final Deque<Packet> arrived = new ArrayDeque<>();
    private final Deque<Write> blocked = new ArrayDeque<>();
    private int firstLeftBytes;
    private long writtenBytes;
    private long departedBytes;
    private long deliveredBytes;
    /** When the last message that slipped in arrives: nothing overtakes it. */
    private long slippedUntilNanos;

    private boolean queuedUp;
    private boolean queuedDown;
    private boolean closed;

    SimulatedStream(
            VirtualTime time,
            SimulatedLink up,
            SimulatedLink down,
            long latencyNanos,
            int sendBufferBytes,
            int windowBytes,
            Consumer<SwarmMessage> receiver) {
        this.time = time;
        this.up = up;
        this.down = down;
        this.latencyNanos = latencyNanos;
        this.sendBufferBytes = sendBufferBytes;
        this.windowBytes = windowBytes;
        this.receiver = receiver;
    }

    void close() {
        closed = true;
        unsent.clear();
        arrived.clear();
        blocked.clear();
        writtenBytes = departedBytes;
    }

    /** Writes without waiting. */
    void write(SwarmMessage message) {
        if (closed) {
            return;
        }
        int bytes = message.bytes();
        if (bytes <= SMALL_BYTES && writtenBytes == deliveredBytes) {
            long nanos = up.slipIn(bytes + ALONE_BYTES) + latencyNanos + down.slipIn(bytes + ALONE_BYTES);
            writtenBytes += bytes;
            departedBytes += bytes;
            slippedUntilNanos = time.nowNanos() + nanos;
            time.after(nanos, () -> deliver(new Packet(bytes, List.of(message))));
            return;
        }
        if (unsent.isEmpty()) {
            firstLeftBytes = bytes;
        }
        unsent.add(message);
        writtenBytes += bytes;
        offerUp();
    }

    /** Writes, and says when the last byte has found room in the send buffer. */
    void write(SwarmMessage message, Runnable done) {
        write(message);
        if (writtenBytes - departedBytes <= sendBufferBytes) {
            time.after(0, done);
        } else {
            blocked.add(new Write(writtenBytes, done));
        }
    }

    private void offerUp() {
        if (!queuedUp && hasPacket(true)) {
            queuedUp = true;
            up.offer(this);
        }
    }

    boolean hasPacket(boolean ofUplink) {
        return ofUplink ? !unsent.isEmpty() && departedBytes - deliveredBytes < windowBytes : !arrived.isEmpty();
    }

    void leftQueue(boolean ofUplink) {
        if (ofUplink) {
            queuedUp = false;
        } else {
            queuedDown = false;
        }
    }

    Packet takePacket(boolean ofUplink) {
        return ofUplink ? depart() : arrived.remove();
    }

    private Packet depart() {
        int bytes = 0;
        List<SwarmMessage> complete = new ArrayList<>(2);
        while (!unsent.isEmpty() && bytes < PACKET_BYTES) {
            int part = Math.min(firstLeftBytes, PACKET_BYTES - bytes);
            bytes += part;
            firstLeftBytes -= part;
            if (firstLeftBytes == 0) {
                complete.add(unsent.remove());
                firstLeftBytes = unsent.isEmpty() ? 0 : unsent.peek().bytes();
            }
        }
        departedBytes += bytes;
        return new Packet(bytes, complete);
    }

    /** A packet has left the sender's link. */
    void departed(Packet packet) {
        while (!blocked.isEmpty() && blocked.peek().endsAt() - departedBytes <= sendBufferBytes) {
            time.after(0, blocked.remove().done());
        }
        long arrivesNanos = Math.max(time.nowNanos() + latencyNanos, slippedUntilNanos);
        time.at(arrivesNanos, () -> {
            if (!closed) {
                arrived.add(packet);
                if (!queuedDown) {
                    queuedDown = true;
                    down.offer(this);
                }
            }
        });
    }

    /** A packet has passed the receiver's link. */
    void deliver(Packet packet) {
        if (closed) {
            return;
        }
        deliveredBytes += packet.bytes();
        for (SwarmMessage message : packet.complete()) {
            receiver.accept(message);
        }
        offerUp();
    }
}
