package dev.shoal.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Returns every datagram to where it came from, and does nothing else: what the system and a load generator allow at
 * most. A process of its own, until it is killed.
 */
final class EchoServer {

    private static final int MAX_BYTES = 1_500;

    private EchoServer() {}

    /** Prints its port, then serves. */
    public static void main(String[] arguments) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            System.out.println("port " + channel.socket().getLocalPort());
            ByteBuffer datagram = ByteBuffer.allocateDirect(MAX_BYTES);
            while (channel.isOpen()) {
                SocketAddress from = channel.receive(datagram.clear());
                channel.send(datagram.flip(), from);
            }
        }
    }
}
