package dev.shoal.web;

import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import dev.shoal.peer.Cancellation;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskWish;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An index, a peer that stays up with its API, and another peer that shares, in one process, for tests. */
final class Station implements AutoCloseable {

    private static final long LIMIT_SECONDS = 30;

    /** Many times what an answer on loopback takes. */
    private static final int READ_MILLIS = 20_000;

    final Path folder;
    final Home home;
    final IndexServer index;
    final WebServer web;
    final PeerService peer;
    private final PeerService other;
    private final Cancellation end = new Cancellation();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    Station(Path folder) throws Exception {
        this.folder = folder;
        this.home = new Home(folder.resolve("home"));
        this.index = IndexServer.start(new IndexConfiguration(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder.resolve("index"),
                Optional.empty(),
                IndexSettings.DEFAULT));
        String address = "127.0.0.1:" + index.address().getPort();
        this.peer = Peers.open(home, new Peers.Options(address, null, "ann", null, null, true), PeerEvents.NONE);
        this.other = Peers.open(
                new Home(folder.resolve("other")),
                new Peers.Options(address, null, "ben", null, null, true),
                PeerEvents.NONE);
        CompletableFuture<Boolean> up = new CompletableFuture<>();
        begin(peer, new TaskWish.Stay(null), up, ended);
        up.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        this.web = WebServer.start(home, peer, 0, PeerEvents.NONE);
    }

    private void begin(
            PeerService service, Request request, CompletableFuture<Boolean> first, CompletableFuture<Boolean> over) {
        Thread.ofVirtual().start(() -> {
            try {
                service.run(
                        request,
                        report -> {
                            if (report instanceof Report.Running || report instanceof Report.Shared) {
                                first.complete(true);
                            }
                        },
                        end);
                over.complete(true);
            } catch (RuntimeException e) {
                first.completeExceptionally(e);
                over.completeExceptionally(e);
            }
        });
    }

    /** The other peer shares a file of a name with a text, for as long as this is there. */
    Path shareElsewhere(String name, String text) throws Exception {
        Path file = Files.writeString(
                Files.createDirectories(folder.resolve("theirs")).resolve(name), text);
        CompletableFuture<Boolean> shared = new CompletableFuture<>();
        begin(
                other,
                new Request.Share(null, List.of(file.toString()), null, "").watching(true),
                shared,
                new CompletableFuture<>());
        shared.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        return file;
    }

    String token() throws IOException {
        return Files.readAllLines(home.webFile()).get(1);
    }

    int port() {
        return URI.create(web.address()).getPort();
    }

    /** A request as bytes, and what is answered until the connection ends or, for a stream, a text has come. */
    String raw(String request, String until) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(READ_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            StringBuilder answer = new StringBuilder();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int next = next(in); next >= 0; next = next(in)) {
                answer.append((char) next);
                if (!until.isEmpty() && answer.indexOf(until) >= 0) {
                    break;
                }
            }
            return answer.toString();
        }
    }

    /** A connection that was reset has ended as well. */
    private static int next(InputStream in) throws IOException {
        try {
            return in.read();
        } catch (SocketException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        web.close();
        peer.leave();
        end.cancel();
        ended.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
        peer.close();
        other.close();
        index.close();
    }
}
