package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
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
import tools.jackson.databind.node.JsonNodeFactory;

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
                Map.of("target", "ben/song", "path", target.toString(), "like", List.of(), "seedFor", "12h"));
        assertThat(begun.path("seedFor").asString()).isEqualTo("12h");
        assertThat(begun.path("seedRatio").isNull()).isTrue();
        client.refused(
                400,
                "POST",
                "/api/v1/downloads",
                Map.of("target", "ben/song", "path", target.toString(), "seedRatio", "often"));
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
    void aDownloadIsLookedAtCloselyPausedAndGoesOn() throws Exception {
        station.shareElsewhere("film", "f".repeat(1 << 20));
        Path target = folder.resolve("got-film");
        Map<String, String> wanted = Map.of("target", "ben/film", "path", target.toString(), "limit", "256KiB/s");
        String path = "/api/v1/downloads/"
                + client.ask("POST", "/api/v1/downloads", wanted).path("id").asLong();
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> client.ask("GET", path, null).path("doneBytes").asLong() > 0);
        JsonNode close = client.ask("GET", path + "/detail", null);
        assertThat(close.path("chunks").asInt() * close.path("chunkBytes").asInt())
                .isEqualTo(1 << 20);
        assertThat(close.path("cells")).hasSize(close.path("chunks").asInt()).contains(json(1));
        assertThat(close.at("/sources/0/completeness").asDouble()).isEqualTo(1);
        assertThat(close.at("/sources/0/receivedBytes").asLong()).isPositive();
        assertThat(client.ask("GET", path + "/detail?cells=2", null).path("cells"))
                .hasSize(2);
        client.refused(400, "GET", path + "/detail?cells=4001", null);

        JsonNode paused = client.ask("POST", path + "/pause", null);
        assertThat(paused.path("state").asString()).isEqualTo("paused");
        assertThat(paused.path("paused").asString()).isEqualTo("by you");
        assertThat(client.ask("POST", path + "/pause", null)).isEqualTo(paused);
        assertThat(client.ask("GET", path + "/detail", null).at("/queue/why").asString())
                .isEqualTo("It is paused by you.");
        client.ask("POST", path + "/resume", null);
        awaitTask(path, "downloading");
        client.ask("POST", "/api/v1/limits/names", Map.of("name", "ben/film", "limit", "unlimited"));
        assertThat(awaitTask(path, "sharing").path("paused").isNull()).isTrue();
        assertThat(target).hasSize(1 << 20);
        JsonNode ended = client.ask("GET", path + "/detail", null);
        assertThat(ended.path("cells")).hasSize(close.path("chunks").asInt()).doesNotContain(json(0), json(-1));
        // What it calls itself is no account that the index vouches for.
        assertThat(ended.at("/sources/0/user").isNull()).isTrue();
        assertThat(client.refused(409, "POST", path + "/pause", null)
                        .path("reason")
                        .asString())
                .isEqualTo("conflict");
        client.refused(409, "POST", path + "/resume", null);
        client.ask("DELETE", path, null);
        client.refused(404, "POST", path + "/pause", null);
        client.refused(404, "GET", path + "/detail", null);
    }

    @Test
    void whatHappenedIsThereForWhoComesLater() throws Exception {
        String path = file("late", "late").toString();
        long id = client.ask("POST", "/api/v1/shares", Map.of("path", path))
                .path("id")
                .asLong();
        client.ask("DELETE", "/api/v1/shares/" + id, null);
        JsonNode ended = client.ask("GET", "/api/v1/activity?kind=taskEnded&text=ANN/LATE&level=info&limit=1", null);
        assertThat(ended.at("/items/0/text").asString()).isEqualTo("ann/late is not shared any more.");
        assertThat(ended.at("/items/0/data/id").asLong()).isEqualTo(id);
        long last = ended.at("/items/0/id").asLong();
        JsonNode before = client.ask("GET", "/api/v1/activity?kind=task,said&text=ann/late&before=" + last, null);
        assertThat(before.at("/items/0/text").asString()).isEqualTo("ann/late is shared: " + path);
        assertThat(before.at("/items/0/data/state").asString()).isEqualTo("sharing");
        assertThat(client.ask("GET", "/api/v1/activity?limit=1", null)
                        .path("more")
                        .asBoolean())
                .isTrue();
        client.refused(400, "GET", "/api/v1/activity?level=loud", null);
        client.refused(400, "GET", "/api/v1/activity?limit=0", null);
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() ->
                        client.ask("GET", "/api/v1/rates", null).path("upload").size() > 0);
    }

    @Test
    void whatIsDroppedIsShared() throws Exception {
        String drop = "/api/v1/drops/drop-0001";
        JsonNode letter = client.drop(drop + "/dear%20ben.txt", "dear ben");
        assertThat(letter.path("path").asString()).isEqualTo("dear ben.txt");
        assertThat(letter.path("doneBytes").asLong()).isEqualTo(8);
        client.refused(400, "POST", "/api/v1/shares", Map.of("drop", "drop-0001", "name", "a//b"));
        JsonNode share = client.ask("POST", "/api/v1/shares", Map.of("drop", "drop-0001", "name", "letter"));
        Path stays = station.home.folder().resolve("dropped/dear ben.txt");
        assertThat(share.path("path").asString())
                .isEqualTo(stays.toAbsolutePath().toString());
        assertThat(stays).hasContent("dear ben");
        client.refused(404, "POST", "/api/v1/shares", Map.of("drop", "drop-0001"));

        client.drop(drop + "/a/1?offset=0&bytes=6", "abc");
        client.refused(409, "POST", "/api/v1/shares", Map.of("drop", "drop-0001"));
        assertThat(client.drop(drop + "/a/1?offset=2&bytes=6", "abcd")
                        .path("reason")
                        .asString())
                .isEqualTo("conflict");
        assertThat(client.drop(drop + "/a/1?offset=3&bytes=6", "def")
                        .path("bytes")
                        .asLong())
                .isEqualTo(6);
        client.drop(drop + "/b", "");
        client.refused(400, "POST", "/api/v1/shares", Map.of("drop", "drop-0001"));
        client.refused(400, "POST", "/api/v1/shares", Map.of("drop", "drop-0001", "path", "/x"));
        client.ask("DELETE", drop, null);
        client.refused(404, "POST", "/api/v1/shares", Map.of("drop", "drop-0001"));
        client.refused(400, "POST", "/api/v1/shares", Map.of("drop", "../home"));
    }

    @Test
    void foldersAreLookedThroughForAPath() throws Exception {
        Path looked = Files.createDirectories(folder.resolve("looked"));
        Files.createDirectories(looked.resolve("z-folder"));
        Files.writeString(looked.resolve("B"), "bb");
        Files.writeString(looked.resolve("a"), "a");
        Files.writeString(looked.resolve(".hidden"), "");
        Files.createSymbolicLink(looked.resolve("loop"), looked.resolve("loop"));
        Files.createSymbolicLink(looked.resolve("to-folder"), looked.resolve("z-folder"));
        String path = "/api/v1/files?path=" + looked;
        JsonNode all = client.ask("GET", path, null);
        assertThat(all.path("items").valueStream().map(item -> item.path("name").asString()))
                .containsExactly("to-folder", "z-folder", "a", "B");
        assertThat(all.at("/items/3/bytes").asLong()).isEqualTo(2);
        assertThat(all.path("parent").asString()).isEqualTo(folder.toString());
        assertThat(client.ask("GET", path + "&hidden=true", null).path("total").asInt())
                .isEqualTo(5);
        JsonNode page = client.ask("GET", path + "&offset=1&limit=1&text=FOLD", null);
        assertThat(page.path("total").asInt()).isEqualTo(2);
        assertThat(page.at("/items/0/name").asString()).isEqualTo("z-folder");
        assertThat(client.ask("GET", "/api/v1/files?limit=1", null).path("path").asString())
                .isEqualTo(System.getProperty("user.home"));
        assertThat(client.ask("GET", "/api/v1/files?path=/&limit=1", null)
                        .path("parent")
                        .isNull())
                .isTrue();
        client.refused(404, "GET", path + "/none", null);
        client.refused(422, "GET", path + "/a", null);
        client.refused(400, "GET", "/api/v1/files?path=here", null);
        client.refused(400, "GET", "/api/v1/files?path=%00", null);
        client.refused(400, "GET", path + "&limit=1001", null);
    }

    @Test
    void whatMayGoWhenIsReplacedAsAWhole() throws Exception {
        assertThat(client.ask("GET", "/api/v1/schedule", null)
                        .at("/limits/0/paused")
                        .isNull())
                .isTrue();
        Map<String, Object> night = Map.of("upload", "2MiB/s", "from", "22:00", "to", "6:00", "days", "mon-fri");
        Map<String, String> ofOne = Map.of("download", "paused", "name", "ben/x");
        JsonNode set = client.ask(
                "PUT", "/api/v1/schedule", Map.of("rules", List.of(night, ofOne), "pauses", List.of(Map.of())));
        assertThat(set.at("/rules/0/to").asString()).isEqualTo("06:00");
        assertThat(set.at("/rules/1/name").asString()).isEqualTo("ben/x");
        assertThat(set.at("/pauses/0/untilMillis").asLong(-1)).isZero();
        assertThat(set.at("/limits/0/paused").asString()).isNotBlank();
        client.refused(400, "PUT", "/api/v1/schedule", Map.of("pauses", List.of(), "rules", List.of(Map.of())));
        client.refused(400, "PUT", "/api/v1/schedule", Map.of("rules", List.of(Map.of("upload", "fast"))));
        client.refused(400, "PUT", "/api/v1/schedule", Map.of("pauses", List.of(Map.of("untilMillis", -1))));
        client.refused(404, "PUT", "/api/v1/schedule", Map.of("pauses", List.of(Map.of("name", "ann/none"))));
        client.refused(400, "PUT", "/api/v1/schedule", Map.of());
        client.refused(400, "PUT", "/api/v1/schedule", Map.of("rules", Collections.singletonList(null)));
        JsonNode same = client.ask("GET", "/api/v1/schedule", null);
        assertThat(same.path("rules")).isEqualTo(set.path("rules"));
        JsonNode resumed = client.ask("PUT", "/api/v1/schedule", Map.of("pauses", List.of()));
        assertThat(resumed.at("/limits/0/paused").isNull()).isTrue();
        assertThat(resumed.path("rules")).hasSize(2);
        assertThat(client.ask("PUT", "/api/v1/schedule", Map.of("rules", List.of()))
                        .path("rules"))
                .isEmpty();
    }

    @Test
    void settingsAreChangedAndTakenUp() throws Exception {
        JsonNode set = client.ask("PUT", "/api/v1/settings", Map.of("keep", "4", "listen", "7999"));
        assertThat(setting(set, "keep").path("value").asString()).isEqualTo("4");
        assertThat(setting(set, "keep").path("pending").asBoolean()).isFalse();
        assertThat(setting(set, "listen").path("pending").asBoolean()).isTrue();
        client.refused(400, "PUT", "/api/v1/settings", Map.of("keep", "5", "color", "blue"));
        client.refused(400, "PUT", "/api/v1/settings", Map.of("keep", "many"));
        client.refused(400, "PUT", "/api/v1/settings", Map.of("keep", 5));
        client.refused(400, "PUT", "/api/v1/settings", "[]");
        client.refused(400, "PUT", "/api/v1/settings", Map.of());
        Path file = station.home.configurationFile();
        assertThat(file).content().contains("keep = 4");
        Files.writeString(file, "download-limit = 7MiB/s\n");
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> client.ask("GET", "/api/v1/limits", null)
                        .path("download")
                        .asString()
                        .equals("7MiB/s"));
        Files.writeString(file, "download-limit = a lot\n");
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> client.ask("GET", "/api/v1/settings", null)
                        .path("problem")
                        .asString("")
                        .contains("is no value for download-limit"));
        assertThat(client.ask("GET", "/api/v1/limits", null).path("download").asString())
                .isEqualTo("7MiB/s");
        Files.delete(file);
        client.ask("PUT", "/api/v1/settings", Map.of("download-limit", ""));
        assertThat(client.ask("GET", "/api/v1/limits", null).path("download").asString())
                .isEqualTo("unlimited");
    }

    private static JsonNode setting(JsonNode settings, String key) {
        return settings.path("items")
                .valueStream()
                .filter(item -> item.path("key").asString().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode json(int number) {
        return JsonNodeFactory.instance.numberNode(number);
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
    void linksForPeopleWithoutShoalAreMadeAndEnded() throws Exception {
        LinkSteps.run(client, file("lent.txt", "lent out"));
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
