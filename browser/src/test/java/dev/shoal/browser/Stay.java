package dev.shoal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.TaskWish;
import dev.shoal.web.WebServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A peer that stays up, with its API and its page, for tests. */
final class Stay implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private static final long LIMIT_SECONDS = 30;

    final Home home;
    final PeerService peer;
    final WebServer web;
    private final Cancellation end = new Cancellation();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    Stay(Path folder, String index, String user, int port) throws Exception {
        this.home = new Home(folder);
        this.peer = Peers.open(home, new Peers.Options(index, null, user, null, null, true), PeerEvents.NONE);
        CompletableFuture<Boolean> up = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                peer.run(
                        new TaskWish.Stay(null),
                        report -> {
                            if (report instanceof Report.Running) {
                                up.complete(true);
                            }
                        },
                        end);
                ended.complete(true);
            } catch (RuntimeException e) {
                up.completeExceptionally(e);
                ended.completeExceptionally(e);
            }
        });
        up.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        this.web = WebServer.start(home, peer, port, PeerEvents.NONE);
    }

    /** What its API answers to a program. */
    String ask(String method, String path, @Nullable Object body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(web.address() + "/api/v1" + path))
                .header(
                        "Authorization",
                        "Bearer " + Files.readAllLines(home.webFile()).get(1))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
            return answer.body();
        }
    }

    @Override
    public void close() {
        web.close();
        peer.leave();
        end.cancel();
        ended.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
        peer.close();
    }
}
