package dev.shoal.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One direction of a TCP connection: bytes in order, a bounded send buffer, a bounded amount in flight. Messages arrive
 * whole, when their last byte does. It is its own event: that the first packet in flight has reached the receiver's
 * link. For one thread.
 */
final class SimulatedStream implements Runnable {

    /** Bytes of the largest packet: a TLS record. */
    static final int PACKET_BYTES = 16 * 1024;

    /** Messages up to this size that find the stream empty do not queue: they fit between the packets of others. */
    static final int SMALL_BYTES = 1024;

    /** What TCP, IP and TLS add to a message that travels alone, in bytes. */
    static final int ALONE_BYTES = 74;

    /** Most streams never hold more than this many packets or messages: there are half a million of them. */
    private static final int USUAL_ENTRIES = 3;

    /** Part of the byte stream, and how many messages end in it. */
    record Packet(int bytes, int messages) {
        static final Packet NONE = new Packet(0, 0);
    }

    private record Write(long endsAt, Runnable done) {}

    private final VirtualTime time;
    private final SimulatedLink up;
    private final SimulatedLink down;
    private final long latencyNanos;
    private final int sendBufferBytes;
    private final int windowBytes;
    private final LongSupplier trouble;
    private final Consumer<SwarmMessage> receiver;

    private final Deque<SwarmMessage> unsent = new ArrayDeque<>(USUAL_ENTRIES);
    /** Messages whose last byte has departed. */
    private final Deque<SwarmMessage> sent = new ArrayDeque<>(USUAL_ENTRIES);
    /** Packets between the two links; the first {@link #arrived} of them are at the receiver's. */
    private final Deque<Packet> packets = new ArrayDeque<>(USUAL_ENTRIES);

    private final Deque<Write> blocked = new ArrayDeque<>(USUAL_ENTRIES);
    private int arrived;
    private int firstLeftBytes;
    private long writtenBytes;
    private long departedBytes;
    private long deliveredBytes;
    /** When the last packet, or message that slipped in, arrives: nothing overtakes it. */
    private long lastArrivalNanos;

    private boolean queuedUp;
    private boolean queuedDown;
    private boolean closed;
    private boolean frozen;

    /**
     * A stream with nothing in it.
     *
     * @param trouble how much later than otherwise what departs now arrives
     */
    SimulatedStream(
            VirtualTime time,
            SimulatedLink up,
            SimulatedLink down,
            long latencyNanos,
            int sendBufferBytes,
            int windowBytes,
            LongSupplier trouble,
            Consumer<SwarmMessage> receiver) {
        this.time = time;
        this.up = up;
        this.down = down;
        this.latencyNanos = latencyNanos;
        this.sendBufferBytes = sendBufferBytes;
        this.windowBytes = windowBytes;
        this.trouble = trouble;
        this.receiver = receiver;
    }

    /** The other machine has lost its power: nothing is acknowledged any more. */
    void freeze() {
        frozen = true;
    }

    /** Whether something of it is under way, so that some bytes come every moment. */
    boolean isFlowing() {
        return !closed && !frozen && writtenBytes > deliveredBytes;
    }

    void close() {
        closed = true;
        unsent.clear();
        sent.clear();
        packets.clear();
        arrived = 0;
        blocked.clear();
        writtenBytes = departedBytes;
    }

    /** Writes without waiting. */
    void write(SwarmMessage message) {
        if (closed) {
            return;
        }
        int bytes = message.bytes();
        if (bytes <= SMALL_BYTES && writtenBytes == deliveredBytes && !frozen) {
            long nanos = trouble.getAsLong()
                    + up.slipIn(bytes + ALONE_BYTES)
                    + latencyNanos
                    + down.slipIn(bytes + ALONE_BYTES);
            writtenBytes += bytes;
            departedBytes += bytes;
            lastArrivalNanos = time.nowNanos() + nanos;
            time.after(nanos, () -> deliver(message));
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
        return ofUplink ? !frozen && !unsent.isEmpty() && departedBytes - deliveredBytes < windowBytes : arrived > 0;
    }

    void leftQueue(boolean ofUplink) {
        if (ofUplink) {
            queuedUp = false;
        } else {
            queuedDown = false;
        }
    }

    Packet takePacket(boolean ofUplink) {
        if (ofUplink) {
            return depart();
        }
        arrived--;
        return packets.remove();
    }

    private Packet depart() {
        int bytes = 0;
        int messages = 0;
        while (!unsent.isEmpty() && bytes < PACKET_BYTES) {
            int part = Math.min(firstLeftBytes, PACKET_BYTES - bytes);
            bytes += part;
            firstLeftBytes -= part;
            if (firstLeftBytes == 0) {
                sent.add(unsent.remove());
                messages++;
                firstLeftBytes = unsent.isEmpty() ? 0 : unsent.peek().bytes();
            }
        }
        departedBytes += bytes;
        return new Packet(bytes, messages);
    }

    /** A packet has left the sender's link. */
    void departed(Packet packet) {
        if (closed) {
            return;
        }
        while (!blocked.isEmpty() && blocked.peek().endsAt() - departedBytes <= sendBufferBytes) {
            time.after(0, blocked.remove().done());
        }
        packets.add(packet);
        lastArrivalNanos = Math.max(time.nowNanos() + latencyNanos + trouble.getAsLong(), lastArrivalNanos);
        time.at(lastArrivalNanos, this);
    }

    /** The first packet that was in flight has reached the receiver's link. */
    @Override
    public void run() {
        if (!closed) {
            arrived++;
            if (!queuedDown) {
                queuedDown = true;
                down.offer(this);
            }
        }
    }

    /** A packet has passed the receiver's link. */
    void deliver(Packet packet) {
        if (closed) {
            return;
        }
        deliveredBytes += packet.bytes();
        for (int i = 0; i < packet.messages() && !closed; i++) {
            receiver.accept(sent.remove());
        }
        offerUp();
    }

    /** A message that travelled alone is there. */
    private void deliver(SwarmMessage message) {
        if (!closed) {
            deliveredBytes += message.bytes();
            receiver.accept(message);
            offerUp();
        }
    }
}
