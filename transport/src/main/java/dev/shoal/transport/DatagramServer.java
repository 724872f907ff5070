package dev.shoal.transport;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * The UDP port of an index: one platform thread receives and hands each datagram to the handler, which answers through
 * {@link #send}. Sending is safe from any thread.
 */
public final class DatagramServer implements AutoCloseable {

    /** Room for what arrives while the thread is busy: 4 MiB are some ten thousand requests. */
    private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

    /** Called on the receiving thread; the datagram is valid until it returns. It must not block. */
    public interface Handler {
        /** Handles a datagram that came from an address. */
        void handle(ByteBuffer datagram, InetSocketAddress from);
    }

    private final DatagramChannel channel;
    private final Handler handler;

    /**
     * Binds an address; {@link #start} begins to receive.
     *
     * @throws IOException when the port is taken, or may not be used
     */
    public DatagramServer(InetSocketAddress address, Handler handler) throws IOException {
        this.handler = handler;
        this.channel = open(address.getAddress());
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            channel.bind(address);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** At an address of IPv4 a socket of IPv4, which the system serves with less work; at all addresses one for both. */
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
            channel.send(datagram, to);
        } catch (IOException e) {
            // No route, or the socket was closed: whoever waits will ask again.
            return;
        }
    }

    @Override
    public void close() {
        Watchdog.closeQuietly(channel);
    }

    private void receive() {
        ByteBuffer datagram = ByteBuffer.allocateDirect(Sealing.MAX_DATAGRAM_BYTES + 1);
        while (channel.isOpen()) {
            try {
                InetSocketAddress from = (InetSocketAddress) channel.receive(datagram.clear());
                if (from != null && datagram.flip().hasRemaining()) {
                    handler.handle(datagram, from);
                }
            } catch (IOException e) {
                // The system reports the fate of an earlier answer, or the socket was closed.
                Thread.onSpinWait();
            }
        }
    }
}
