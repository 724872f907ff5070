package dev.shoal.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Ports and connections of loopback. */
final class Loopback {

    private static final Duration READY_LIMIT = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 10;

    private Loopback() {}

    /** A port that nobody listens on. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * How many bytes loopback has carried since the start of the machine, with all headers. What goes through it counts
     * once.
     */
    static long carriedBytes() throws IOException {
        return DeviceBytes.parse(Files.readString(Path.of("/proc/net/dev")), "lo")
                .received();
    }

    /** A connection from one address of loopback to another. */
    static SocketChannel connect(InetSocketAddress from, InetSocketAddress to) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.bind(from);
            channel.connect(to);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Waits until a process listens on a port.
     *
     * @throws IOException when it ends before, or takes too long; the process is closed then
     */
    static LongProcess awaitListening(LongProcess process, int port) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + READY_LIMIT.toNanos();
        while (!isListening(port)) {
            if (!process.isAlive() || System.nanoTime() > endNanos) {
                process.close();
                throw new IOException("nobody listens on port " + port + ": " + process.output());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return process;
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException nobody) {
            return false;
        }
    }
}
