package dev.shoal.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between peers and the TCP port of an index, and counts connections. */
final class ConnectionRelay implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocketChannel front;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile InetSocketAddress index = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    ConnectionRelay() throws IOException {
        front = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + front.socket().getLocalPort();
    }

    void to(InetSocketAddress address) {
        index = address;
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        front.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
    }

    private void accept() {
        while (front.isOpen()) {
            try {
                SocketChannel peer = front.accept();
                connections.incrementAndGet();
                open.add(peer);
                SocketChannel upstream = SocketChannel.open();
                open.add(upstream);
                Thread.ofVirtual().start(() -> {
                    if (connect(upstream, peer)) {
                        Thread.ofVirtual().start(() -> pump(upstream, peer));
                        pump(peer, upstream);
                    }
                });
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
    }

    private boolean connect(SocketChannel upstream, SocketChannel peer) {
        try {
            return upstream.connect(index);
        } catch (IOException e) {
            end(upstream, peer);
            return false;
        }
    }

    private void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException e) {
            // One side is gone; the other one follows.
            Thread.onSpinWait();
        }
        end(from, to);
    }

    private void end(SocketChannel one, SocketChannel other) {
        try (one;
                other) {
            open.remove(one);
            open.remove(other);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
