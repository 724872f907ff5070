package dev.shoal.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A BitTorrent tracker for swarms of one machine, as a process: it tells each peer that announces itself of all others.
 * Requests come one at a time.
 */
@Command(name = "tracker", hidden = true, description = "A BitTorrent tracker for the other programs of swarm.")
final class Tracker implements Callable<Integer> {

    /** What it says when it answers. */
    static final Pattern READY = Pattern.compile("tracking");

    private static final int PEER_BYTES = 6;
    private static final int MAX_PEERS = 1_000;

    /** Short, so that those who came early soon hear of those who came late. */
    private static final int INTERVAL_SECONDS = 10;

    private static final Pattern TORRENT = Pattern.compile("info_hash=([^&]*)");
    private static final Pattern PORT = Pattern.compile("port=(\\d+)");

    @Option(names = "--host", required = true)
    String host = "";

    @Option(names = "--port", required = true)
    int port;

    private final Map<String, Map<String, byte[]>> torrents = new HashMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(host, port), MAX_PEERS);
        server.createContext("/announce", this::announce);
        server.start();
        System.out.println("tracking");
        new CountDownLatch(1).await();
        return 0;
    }

    private void announce(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getRawQuery());
        Matcher torrent = TORRENT.matcher(query);
        Matcher listens = PORT.matcher(query);
        byte[] answer = "d14:failure reason9:malformede".getBytes(StandardCharsets.UTF_8);
        if (torrent.find() && listens.find()) {
            byte[] address = exchange.getRemoteAddress().getAddress().getAddress();
            answer = answer(torrent.group(1), address, Integer.parseInt(listens.group(1)));
        }
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private byte[] answer(String torrent, byte[] address, int listens) {
        byte[] own = new byte[PEER_BYTES];
        System.arraycopy(address, 0, own, 0, Math.min(address.length, PEER_BYTES - 2));
        own[PEER_BYTES - 2] = (byte) (listens >> 8);
        own[PEER_BYTES - 1] = (byte) listens;
        Map<String, byte[]> peers = torrents.computeIfAbsent(torrent, key -> new LinkedHashMap<>());
        ByteArrayOutputStream others = new ByteArrayOutputStream();
        String name = new String(own, StandardCharsets.ISO_8859_1);
        peers.forEach((key, peer) -> {
            if (!key.equals(name)) {
                others.writeBytes(peer);
            }
        });
        if (peers.size() < MAX_PEERS) {
            peers.put(name, own);
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.writeBytes(("d8:intervali" + INTERVAL_SECONDS + "e5:peers" + others.size() + ":")
                .getBytes(StandardCharsets.UTF_8));
        answer.writeBytes(others.toByteArray());
        answer.writeBytes("e".getBytes(StandardCharsets.UTF_8));
        return answer.toByteArray();
    }
}
