package dev.shoal.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * A BitTorrent tracker that answers everybody with one peer on loopback, for programs that cannot be told a peer in
 * another way. It has a thread of its own and remembers nothing.
 */
final class OnePeerTracker implements AutoCloseable {

    private static final long INTERVAL_SECONDS = 1_800;
    private static final int COMPACT_PEER_BYTES = 6;

    private final HttpServer server;
    private final byte[] answer;

    /**
     * Listens on a free port of loopback.
     *
     * @param peerPort where the peer listens
     */
    OnePeerTracker(int peerPort) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        byte[] peer = ByteBuffer.allocate(COMPACT_PEER_BYTES)
                .put(loopback.getAddress())
                .putShort((short) peerPort)
                .array();
        answer = Torrent.encode(new TreeMap<>(Map.of("interval", INTERVAL_SECONDS, "peers", peer)));
        server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        server.createContext("/announce", this::answer);
        server.start();
    }

    /** What to tell programs as their tracker. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/announce";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
