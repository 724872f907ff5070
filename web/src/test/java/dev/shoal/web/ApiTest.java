package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The API, its description and its errors. The last test looks whether the others left nothing out. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ApiTest {

    @TempDir
    static Path folder;

    private static Station station;
    private static Client client;

    @BeforeAll
    static void start() throws Exception {
        station = new Station(folder);
        client = new Client(station);
    }

    @AfterAll
    static void stop() {
        client.close();
        station.close();
    }

    private static Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private static JsonNode awaitTask(String path, String state) {
        return Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(
                        () -> client.ask("GET", path, null),
                        task -> task.path("state").asString().equals(state));
    }

    @Test
    void whatTheServerHasIsWhatItsDescriptionSays() {
        Set<String> routes = station.web.routes().stream()
                .map(route -> route.method() + " " + route.path())
                .collect(Collectors.toSet());
        assertThat(routes).isEqualTo(client.operations());
    }

    @Test
    void sharesAreBegunListedAndEnded() throws Exception {
        JsonNode share = client.ask(
                "POST",
                "/api/v1/shares",
                Map.of(
                        "path",
                        file("book", "a book").toString(),
                        "name",
                        "shelf/book",
                        "note",
                        "first",
                        "limit",
                        "2MiB/s",
                        "watch",
                        false,
                        "access",
                        "public"));
        assertThat(share.path("name").asString()).isEqualTo("shelf/book");
        assertThat(share.path("link").asString()).startsWith("shoal://");
        assertThat(share.path("limitBytesPerSecond").asLong()).isEqualTo(2 << 20);
        String path = "/api/v1/shares/" + share.path("id").asLong();
        assertThat(client.ask("GET", path, null)).isEqualTo(share);
        assertThat(client.ask("GET", "/api/v1/shares?text=BOOK&limit=1", null)
                        .path("total")
                        .asInt())
                .isEqualTo(1);
        client.ask("POST", "/api/v1/limits/names", Map.of("name", "shelf/book", "limit", "1MiB/s"));
        assertThat(client.ask("GET", path, null).path("limitBytesPerSecond").asLong())
                .isEqualTo(1 << 20);
        assertThat(client.ask("GET", "/api/v1/names?text=book", null)
                        .at("/items/0/name")
                        .asString())
                .isEqualTo("shelf/book");
        assertThat(client.ask("GET", "/api/v1/names?limit=1", null).path("items"))
                .hasSize(1);
        JsonNode details = client.ask("GET", "/api/v1/names/details?name=shelf/book", null);
        assertThat(details.path("note").asString()).isEqualTo("first");
        client.refused(404, "GET", path.replace("shares", "downloads"), null);
        client.ask("DELETE", path, null);
        assertThat(client.refused(404, "GET", path, null).path("reason").asString())
                .isEqualTo("not-found");
        assertThat(client.ask("DELETE", "/api/v1/names?name=shelf/book", null)
                        .path("count")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void downloadsRunByThemselves() throws Exception {
        station.shareElsewhere("song", "la la la");
        Path target = folder.resolve("got-song");
        JsonNode begun = client.ask(
                "POST",
                "/api/v1/downloads",
                Map.of("target", "ben/song", "path", target.toString(), "like", List.of()));
        String path = "/api/v1/downloads/" + begun.path("id").asLong();
        JsonNode done = awaitTask(path, "sharing");
        assertThat(done.path("doneBytes").asLong()).isEqualTo(8);
        assertThat(target).hasContent("la la la");
        assertThat(client.ask("GET", "/api/v1/downloads", null).path("total").asInt())
                .isEqualTo(1);
        assertThat(client.ask("GET", "/api/v1/metrics", null).asString())
                .contains("# TYPE shoal_peer_received_bytes_total counter", "shoal_peer_downloads 1\n");
        client.ask("DELETE", path, null);
        assertThat(target).exists();
        JsonNode failing = client.ask(
                "POST",
                "/api/v1/downloads",
                Map.of(
                        "target",
                        "ben/nothing",
                        "path",
                        folder.resolve("nothing").toString()));
        String failed = "/api/v1/downloads/" + failing.path("id").asLong();
        assertThat(awaitTask(failed, "failed").path("trouble").asString()).contains("There is no ben/nothing");
        client.ask("DELETE", failed, null);
    }

    @Test
    void namesAreFollowedAndLeftAgain() throws Exception {
        Path theirs = station.shareElsewhere("news", "monday");
        Path copy = folder.resolve("my-news");
        client.ask("POST", "/api/v1/subscriptions", Map.of("target", "ben/news", "path", copy.toString(), "keep", 3));
        Awaitility.await().untilAsserted(() -> assertThat(copy).hasContent("monday"));
        Files.writeString(theirs, "tuesday, and longer");
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(copy).hasContent("tuesday, and longer"));
        Awaitility.await()
                .untilAsserted(() -> assertThat(client.ask("GET", "/api/v1/subscriptions", null)
                                .at("/items/0/state")
                                .asString())
                        .isEqualTo("current"));
        client.ask("POST", "/api/v1/subscriptions/restore", Map.of("name", "ben/news", "version", 1));
        assertThat(copy).hasContent("monday");
        Files.writeString(copy, "my own words");
        client.ask("POST", "/api/v1/subscriptions/resolve", Map.of("name", "ben/news", "choice", "mine"));
        client.refused(400, "POST", "/api/v1/subscriptions/resolve", Map.of("name", "ben/news", "choice", "none"));
        client.refused(400, "POST", "/api/v1/subscriptions/restore", Map.of("name", "ben/news", "version", -1));
        client.ask("DELETE", "/api/v1/subscriptions?name=ben/news", null);
        client.refused(404, "DELETE", "/api/v1/subscriptions?name=ben/news", null);
    }

    @Test
    void accountsAndWhoIsOnline() throws Exception {
        assertThat(client.ask("GET", "/api/v1/session", null).path("user").isNull())
                .isTrue();
        Map<String, String> ada = Map.of("user", "ada", "password", "correct horse battery");
        assertThat(client.ask("POST", "/api/v1/accounts", ada)
                        .path("recoveryCodes")
                        .size())
                .isPositive();
        client.refused(403, "POST", "/api/v1/accounts", ada);
        assertThat(client.ask("DELETE", "/api/v1/session", null).path("user").asString())
                .isEqualTo("ada");
        client.refused(403, "POST", "/api/v1/session", Map.of("user", "ada", "password", "a wrong one at all"));
        client.ask("POST", "/api/v1/session", ada);
        assertThat(client.ask("GET", "/api/v1/session", null).path("loggedIn").asBoolean())
                .isTrue();
        assertThat(client.ask("GET", "/api/v1/users", null).path("items").size())
                .isPositive();
        client.ask("DELETE", "/api/v1/session", null);
        client.refused(
                400, "POST", "/api/v1/session", Map.of("user", "ada", "password", "correct horse", "invite", "x"));
    }

    @Test
    void limitsAreChangedForGood() throws Exception {
        assertThat(client.ask("GET", "/api/v1/limits", null).path("upload").asString())
                .isEqualTo("unlimited");
        client.ask("PUT", "/api/v1/limits", Map.of("upload", "3MiB/s"));
        assertThat(client.ask("GET", "/api/v1/status", null)
                        .at("/up/uploadLimit")
                        .asString())
                .isEqualTo("3MiB/s");
        assertThat(station.home.configurationFile()).content().contains("upload-limit = 3MiB/s");
        client.refused(400, "PUT", "/api/v1/limits", Map.of("download", "quickly"));
        client.refused(400, "PUT", "/api/v1/limits", Map.of());
        client.ask("PUT", "/api/v1/limits", Map.of("upload", "unlimited", "download", "unlimited"));
        client.refused(404, "POST", "/api/v1/limits/names", Map.of("name", "ann/none", "limit", "1MiB/s"));
    }

    @Test
    void whatHappensIsToldWhileSomebodyListens() throws Exception {
        String request = "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:" + station.port()
                + "\r\nAuthorization: Bearer " + station.token() + "\r\n\r\n";
        Path heard = file("heard", "heard of");
        Thread sharing = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 20; i++) {
                    JsonNode share = client.ask("POST", "/api/v1/shares", Map.of("path", heard.toString()));
                    client.ask("DELETE", "/api/v1/shares/" + share.path("id").asLong(), null);
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        String events = station.raw(request, "\"name\":\"ann/heard\"");
        sharing.join();
        assertThat(events)
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-type: text/event-stream", "event: task", "\"state\":\"");
        client.answered.add("GET /api/v1/events");
    }

    @Test
    void mistakesAreToldAsWhatTheyAre() throws Exception {
        assertThat(client.refused(400, "POST", "/api/v1/shares", "{\"path\":")
                        .path("detail")
                        .asString())
                .contains("body");
        client.refused(400, "POST", "/api/v1/shares", "null");
        client.refused(400, "POST", "/api/v1/shares", "{\"path\":\"/x\",\"path\":\"/y\"}");
        client.refused(400, "POST", "/api/v1/shares", "{\"paht\":\"/x\"}");
        client.refused(400, "POST", "/api/v1/shares", Map.of("path", "not/whole"));
        client.refused(400, "POST", "/api/v1/shares", Map.of("path", "/nul\u0000"));
        client.refused(400, "POST", "/api/v1/shares", Map.of("name", "x"));
        client.refused(400, "POST", "/api/v1/shares", Map.of("path", "/x", "access", "secret"));
        client.refused(
                422,
                "POST",
                "/api/v1/shares",
                Map.of("path", folder.resolve("not-there").toString()));
        client.refused(400, "GET", "/api/v1/shares?limit=0", null);
        client.refused(400, "GET", "/api/v1/shares?limit=1001", null);
        client.refused(400, "GET", "/api/v1/shares?offset=1&offset=2", null);
        client.refused(400, "DELETE", "/api/v1/names", null);
        client.refused(404, "GET", "/api/v1/names/details?name=ben/none", null);
        client.refused(404, "DELETE", "/api/v1/shares/999", null);
        client.refused(
                403,
                "POST",
                "/api/v1/shares",
                Map.of("path", file("private", "private").toString(), "access", "private", "readers", List.of("ben")));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void everyOperationWasAnswered() {
        assertThat(client.answered).isEqualTo(client.operations());
    }
}
