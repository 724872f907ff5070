package dev.shoal.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Stands between peers and the UDP port of an index, and treats datagrams as bad networks do. */
final class DatagramRelay implements AutoCloseable {

    private static final int LONGEST_DATAGRAM_BYTES = 65_536;
    private static final int LONGEST_DELAY_MILLIS = 40;

    /** What happens to datagrams, in percent of them, the same in both directions. */
    record Weather(int lost, int doubled, int delayed) {
        static final Weather FINE = new Weather(0, 0, 0);
        static final Weather NOTHING_PASSES = new Weather(100, 0, 0);
    }

    private final DatagramChannel front;
    private final SplittableRandom random;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("relay").factory());
    private final Map<SocketAddress, DatagramChannel> upstreams = new ConcurrentHashMap<>();
    private final AtomicInteger passed = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private volatile Weather weather = Weather.FINE;
    private volatile InetSocketAddress index = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private volatile boolean answersAreLost;
    private volatile Consumer<byte[]> tap = datagram -> {};

    DatagramRelay(long seed) throws IOException {
        random = new SplittableRandom(seed);
        front = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(this::receive);
    }

    int port() {
        return front.socket().getLocalPort();
    }

    void to(InetSocketAddress address) {
        index = address;
    }

    void weather(Weather now) {
        weather = now;
    }

    /** From now on nothing comes back from the index. */
    void loseAnswers() {
        answersAreLost = true;
    }

    /** Hears every datagram on its way to the index, before it may be lost. */
    void tap(Consumer<byte[]> listener) {
        tap = listener;
    }

    int passed() {
        return passed.get();
    }

    int lost() {
        return lost.get();
    }

    /** From now on the index sees every peer at another port, as after the restart of a router. */
    void changeAddresses() throws IOException {
        for (SocketAddress peer : List.copyOf(upstreams.keySet())) {
            DatagramChannel before = upstreams.remove(peer);
            if (before != null) {
                before.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
        changeAddresses();
        timer.shutdownNow();
    }

    private void receive() {
        ByteBuffer datagram = ByteBuffer.allocate(LONGEST_DATAGRAM_BYTES);
        while (front.isOpen()) {
            try {
                SocketAddress peer = front.receive(datagram.clear());
                byte[] bytes = bytes(datagram);
                tap.accept(bytes);
                DatagramChannel upstream = upstreams.computeIfAbsent(peer, this::upstream);
                treat(() -> upstream.send(ByteBuffer.wrap(bytes), index));
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
    }

    private DatagramChannel upstream(SocketAddress peer) {
        try {
            DatagramChannel channel =
                    DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofVirtual().start(() -> back(channel, peer));
            return channel;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void back(DatagramChannel upstream, SocketAddress peer) {
        ByteBuffer datagram = ByteBuffer.allocate(LONGEST_DATAGRAM_BYTES);
        while (upstream.isOpen()) {
            try {
                upstream.receive(datagram.clear());
                byte[] bytes = bytes(datagram);
                if (answersAreLost) {
                    lost.incrementAndGet();
                    continue;
                }
                treat(() -> front.send(ByteBuffer.wrap(bytes), peer));
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
    }

    private static byte[] bytes(ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.flip().remaining()];
        datagram.get(bytes);
        return bytes;
    }

    private interface Sending {
        int send() throws IOException;
    }

    private synchronized void treat(Sending sending) throws IOException {
        Weather now = weather;
        if (random.nextInt(100) < now.lost) {
            lost.incrementAndGet();
            return;
        }
        int copies = random.nextInt(100) < now.doubled ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            passed.incrementAndGet();
            if (random.nextInt(100) < now.delayed) {
                timer.schedule(sending::send, random.nextInt(LONGEST_DELAY_MILLIS), TimeUnit.MILLISECONDS);
            } else {
                sending.send();
            }
        }
    }
}
