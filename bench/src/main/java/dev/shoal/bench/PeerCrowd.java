package dev.shoal.bench;

import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.Rejoin;
import dev.shoal.transport.Sealing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Plays very many peers towards an index, with one socket and one thread, in real time: the datagrams are those that so
 * many peers would send. {@link #counted} and {@link #origin} are safe on any thread; everything else belongs to the
 * crowd's own.
 */
final class PeerCrowd implements AutoCloseable {

    private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

    /** So many datagrams are taken before timers are looked at again. */
    private static final int RECEIVED_AT_ONCE = 256;

    private static final int ACTED_AT_ONCE = 256;
    private static final long SEED = 2;

    /** When a peer wants to act. One that no longer does is skipped. */
    private record Timer(long atNanos, SimulatedPeer peer) {}

    /** What happened so far. */
    static final class Counts {
        int rejoined;
        int restated;
        int refused;
        int givenUp;
        int strange;

        private long originNanos;

        /** How many peers were asked to state everything in a second after the origin. */
        private final TreeMap<Long, Integer> askedBySecond = new TreeMap<>();

        /** A peer was asked to state everything at a time. */
        void askedFor(long nanos) {
            askedBySecond.merge(Math.floorDiv(nanos - originNanos, TimeUnit.SECONDS.toNanos(1)), 1, Integer::sum);
        }
    }

    /**
     * A copy of the counts.
     *
     * @param askedBySecond how many peers were asked to state everything in which second after the origin
     */
    record Counted(
            int rejoined, int restated, int refused, int givenUp, int strange, Map<Long, Integer> askedBySecond) {}

    private final InetSocketAddress index;
    private final DatagramChannel channel;
    private final Selector selector;
    private final List<SimulatedPeer> peers = new ArrayList<>();
    private final Map<Long, SimulatedPeer> bySession = new HashMap<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> Long.compare(a.atNanos, b.atNanos));
    private final Sealing sealing = new Sealing();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Counts counts = new Counts();
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    /**
     * A crowd that holds these sessions; {@link #start} lets it act.
     *
     * @param spreadNanos in which time the first heartbeats are sent
     */
    PeerCrowd(InetSocketAddress index, SyntheticContents contents, List<Welcome> sessions, long spreadNanos)
            throws IOException {
        this.index = index;
        this.channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        channel.bind(new InetSocketAddress(index.getAddress(), 0));
        channel.configureBlocking(false);
        this.selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
        long now = System.nanoTime();
        for (int i = 0; i < sessions.size(); i++) {
            SimulatedPeer peer = new SimulatedPeer(i, contents, sessions.get(i), now + random.nextLong(spreadNanos));
            peers.add(peer);
            bySession.put(peer.session(), peer);
            timers.add(new Timer(peer.nextNanos(), peer));
        }
    }

    /** Begins. */
    void start() {
        Thread.ofPlatform().name("crowd").daemon().start(this::run);
    }

    /** What happened so far. */
    Counted counted() {
        RuntimeException broken = failure;
        if (broken != null) {
            throw broken;
        }
        synchronized (counts) {
            return new Counted(
                    counts.rejoined,
                    counts.restated,
                    counts.refused,
                    counts.givenUp,
                    counts.strange,
                    Map.copyOf(counts.askedBySecond));
        }
    }

    /** Seconds are counted from now on. */
    void origin(long nowNanos) {
        synchronized (counts) {
            counts.originNanos = nowNanos;
            counts.askedBySecond.clear();
        }
    }

    Counts counts() {
        return counts;
    }

    Sealing sealing() {
        return sealing;
    }

    RandomGenerator random() {
        return random;
    }

    /** Sends a datagram to the index; one that the system refuses counts as lost, as in a network. */
    void send(ByteBuffer datagram) {
        try {
            channel.send(datagram, index);
        } catch (IOException e) {
            // An index that is away shows here; the peer repeats its request.
            return;
        }
    }

    /** A peer has another session now. */
    void moved(SimulatedPeer peer, long from, long to) {
        bySession.remove(from);
        bySession.put(to, peer);
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    private void run() {
        ByteBuffer datagram = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES + 1);
        try (channel;
                selector) {
            while (!closed) {
                Timer next = timers.peek();
                long waitNanos = next == null ? TimeUnit.SECONDS.toNanos(1) : next.atNanos - System.nanoTime();
                if (waitNanos > 0) {
                    selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos)));
                    selector.selectedKeys().clear();
                }
                synchronized (counts) {
                    receive(datagram);
                    act();
                }
            }
        } catch (IOException e) {
            failure = new IllegalStateException("the crowd's socket failed", e);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void receive(ByteBuffer datagram) throws IOException {
        for (int i = 0; i < RECEIVED_AT_ONCE; i++) {
            if (channel.receive(datagram.clear()) == null) {
                return;
            }
            SimulatedPeer peer = addressee(datagram.flip());
            if (peer == null) {
                counts.strange++;
                continue;
            }
            try {
                peer.arrived(datagram, System.nanoTime(), this);
            } catch (MalformedPduException e) {
                counts.strange++;
            }
            timers.add(new Timer(peer.nextNanos(), peer));
        }
    }

    private void act() {
        long now = System.nanoTime();
        for (int i = 0; i < ACTED_AT_ONCE; i++) {
            Timer timer = timers.peek();
            if (timer == null || timer.atNanos > now) {
                return;
            }
            timers.remove();
            if (timer.peer.nextNanos() == timer.atNanos) {
                timer.peer.act(now, this);
                timers.add(new Timer(timer.peer.nextNanos(), timer.peer));
            }
        }
    }

    private @Nullable SimulatedPeer addressee(ByteBuffer datagram) {
        if (datagram.remaining() < Sealing.PREFIX_BYTES) {
            return null;
        }
        if (datagram.get(0) == Rejoin.KIND_ANSWER) {
            int number = datagram.getInt(1);
            return number >= 0 && number < peers.size() ? peers.get(number) : null;
        }
        return bySession.get(Sealing.session(datagram));
    }
}
