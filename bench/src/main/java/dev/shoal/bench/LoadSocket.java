package dev.shoal.bench;

import dev.shoal.transport.Sealing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;

/**
 * The one socket from which a load generator plays many peers of a server. It is asked again and again, never waited
 * for: who measures microseconds must not be woken by the system. For one thread.
 */
final class LoadSocket implements AutoCloseable {

    private static final int BUFFER_BYTES = 8 * 1024 * 1024;

    private final DatagramChannel channel;
    private final ByteBuffer received = ByteBuffer.allocateDirect(2 * Sealing.MAX_DATAGRAM_BYTES);

    private LoadSocket(DatagramChannel channel) {
        this.channel = channel;
    }

    /** One that talks to a server. */
    static LoadSocket to(InetSocketAddress server) throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
        channel.connect(server);
        channel.configureBlocking(false);
        return new LoadSocket(channel);
    }

    /** Sends a datagram. */
    void send(ByteBuffer datagram) throws IOException {
        while (channel.write(datagram) == 0) {
            Thread.onSpinWait();
        }
    }

    /** A datagram that has come, which is valid until the next call; with nothing in it when none has. */
    ByteBuffer receive() throws IOException {
        channel.read(received.clear());
        return received.flip();
    }

    /**
     * Sends a datagram until something is answered.
     *
     * @throws IOException when nothing is, within some seconds
     */
    ByteBuffer ask(ByteBuffer datagram) throws IOException {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                send(datagram.duplicate());
                long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(250);
                while (System.nanoTime() < endNanos) {
                    ByteBuffer answer = receive();
                    if (answer.hasRemaining()) {
                        return answer;
                    }
                }
            } catch (PortUnreachableException e) {
                // A server that is only just starting: the next attempt tells.
                pause();
            }
        }
        throw new IOException("nothing is answered at " + channel.getRemoteAddress());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(250);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
