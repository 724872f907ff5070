package dev.shoal.transport;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.locks.LockSupport;

/**
 * The UDP port of an index: one platform thread receives and hands each datagram to the handler, which answers through
 * {@link #send}. Before it hands one out it takes in what has come, as far as there is {@link DatagramInbox} for it:
 * what the system keeps for a socket is little, and is full within milliseconds. Sending is safe from any thread.
 */
public final class DatagramServer implements AutoCloseable {

    /** Room for what arrives while the thread is busy; most systems allow only a twentieth of that. */
    private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

    /** So many are handled before the socket is looked at again. */
    private static final int HANDLED_AT_ONCE = 32;

    /** How often an answer is tried that the system has no room for, and the pause between. */
    private static final int SENDS = 50;

    private static final long SEND_PAUSE_NANOS = 20_000;

    /** Called on the receiving thread; the datagram is valid until it returns. It must not block. */
    public interface Handler {
        /** Handles a datagram that came from an address. */
        void handle(ByteBuffer datagram, InetSocketAddress from);
    }

    private final DatagramChannel channel;
    private final Selector selector;
    private final Handler handler;

    /**
     * Binds an address; {@link #start} begins to receive.
     *
     * @throws IOException when the port is taken, or may not be used
     */
    public DatagramServer(InetSocketAddress address, Handler handler) throws IOException {
        this.handler = handler;
        this.channel = open(address.getAddress());
        this.selector = Selector.open();
        try {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            channel.bind(address);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** At an address of IPv4 a socket of IPv4, which is less work for the system; at all addresses one for both. */
    private static DatagramChannel open(InetAddress address) throws IOException {
        return address instanceof Inet4Address && !address.isAnyLocalAddress()
                ? DatagramChannel.open(StandardProtocolFamily.INET)
                : DatagramChannel.open();
    }

    /** Begins to receive. */
    public void start() {
        Thread.ofPlatform().name("datagrams").daemon().start(this::receive);
    }

    /** The address that was bound, with its port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.socket().getLocalSocketAddress();
    }

    /** Sends a datagram; one that the system refuses counts as lost. */
    public void send(ByteBuffer datagram, InetSocketAddress to) {
        try {
            for (int tries = 0; channel.send(datagram, to) == 0 && tries < SENDS; tries++) {
                LockSupport.parkNanos(SEND_PAUSE_NANOS);
            }
        } catch (IOException e) {
            // No route, or the socket was closed: whoever waits will ask again.
            return;
        }
    }

    @Override
    public void close() {
        Watchdog.closeQuietly(channel);
        Watchdog.closeQuietly(selector);
    }

    private void receive() {
        DatagramInbox inbox = new DatagramInbox();
        while (channel.isOpen()) {
            try {
                inbox.takeIn(room -> (InetSocketAddress) channel.receive(room));
                if (inbox.isEmpty()) {
                    selector.select();
                    selector.selectedKeys().clear();
                }
            } catch (IOException e) {
                // The system reports the fate of an earlier answer, or the socket was closed.
                Thread.onSpinWait();
            } catch (ClosedSelectorException e) {
                return;
            }
            for (int i = 0; i < HANDLED_AT_ONCE && !inbox.isEmpty(); i++) {
                inbox.handOut(handler);
            }
        }
    }
}
