package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a page of somebody else, or a program without the token, can do to a peer: nothing. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostilePagesTest {

    @TempDir
    static Path folder;

    private static final Pattern COOKIE = Pattern.compile("(?i)set-cookie: (shoal-\\d+=[^;]+)");

    private static Station station;
    private static String cookie;

    @BeforeAll
    static void start() throws Exception {
        station = new Station(folder);
        String let = station.raw(
                "GET /?token=" + station.token() + " HTTP/1.1\r\nHost: 127.0.0.1:" + station.port()
                        + "\r\nConnection: close\r\n\r\n",
                "");
        Matcher given = COOKIE.matcher(let);
        assertThat(given.find()).as(let).isTrue();
        cookie = given.group(1);
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    /** A request with the cookie that a browser would send along, were it not for SameSite. */
    private static String ask(String line, String... headers) throws Exception {
        return send(line, "127.0.0.1:" + station.port(), "", headers);
    }

    private static String send(String line, String host, String body, String... headers) throws Exception {
        StringBuilder request = new StringBuilder(line + " HTTP/1.1\r\nHost: " + host + "\r\n");
        request.append("Cookie: ").append(cookie);
        request.append("\r\nConnection: close\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        if (!body.isEmpty()) {
            request.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        return station.raw(request + "\r\n" + body, "");
    }

    private static void assertRefused(String answer, int status, String reason) {
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer).contains("application/problem+json", "\"reason\":\"" + reason + "\"");
        assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("access-control-", "ann");
    }

    @Test
    void aPageOfAnotherOriginGetsNothingWhateverItsBrowserSendsAlong() throws Exception {
        assertThat(ask("GET /api/v1/status")).startsWith("HTTP/1.1 200 ").contains("\"user\":\"ann\"");
        assertRefused(ask("GET /api/v1/status", "Origin: http://evil.example"), 403, "foreign-page");
        assertRefused(ask("GET /api/v1/status", "Sec-Fetch-Site: cross-site"), 403, "foreign-page");
        assertRefused(
                ask(
                        "OPTIONS /api/v1/shares",
                        "Origin: http://evil.example",
                        "Access-Control-Request-Method: POST",
                        "Access-Control-Request-Headers: authorization"),
                403,
                "foreign-page");
        // Not to be framed, read across origins, or kept.
        assertThat(ask("GET /"))
                .startsWith("HTTP/1.1 200 ")
                .contains("/page/app.js")
                .contains("frame-ancestors 'none'", "same-origin", "no-store", "nosniff", "no-referrer");
    }

    @Test
    void whoComesFromElsewhereIsShownWhatEverybodyIs() throws Exception {
        String[] visit = {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"};
        assertThat(ask("GET /", visit))
                .startsWith("HTTP/1.1 401 ")
                .contains("does not know you", "/page/enter.js", "frame-ancestors 'none'")
                .doesNotContain("Set-Cookie", "/page/app.js");
        for (String path : List.of("/?token=" + station.token(), "/?", "/api/v1/status", "/page/app.js")) {
            assertRefused(ask("GET " + path, visit), 403, "foreign-page");
        }
        assertRefused(ask("POST /", visit), 403, "foreign-page");
        assertRefused(ask("GET /", visit[0], visit[1], "Sec-Fetch-Dest: iframe"), 403, "foreign-page");
        assertRefused(ask("GET /", visit[0], "Sec-Fetch-Mode: no-cors", visit[2]), 403, "foreign-page");
        assertRefused(ask("GET /", visit[0], visit[1], visit[2], "Origin: null"), 403, "foreign-page");
        assertRefused(send("GET /", "evil.example:" + station.port(), "", visit), 421, "wrong-host");
    }

    @Test
    void aNameThatWasMadeToLeadHereGetsNothing() throws Exception {
        assertRefused(send("GET /api/v1/status", "evil.example:" + station.port(), ""), 421, "wrong-host");
        assertRefused(send("GET /", "evil.example:" + station.port(), ""), 421, "wrong-host");
        assertRefused(ask("GET http://evil.example/api/v1/status"), 421, "wrong-host");
    }

    @Test
    void aFormPostedFromAnotherPageDoesNothing() throws Exception {
        String own = "127.0.0.1:" + station.port();
        String body = "{\"path\":\"/etc/hostname\",\"name\":\"stolen\",\"x=\":1}";
        assertRefused(
                send("POST /api/v1/shares", own, body, "Origin: http://evil.example", "Content-Type: text/plain"),
                403,
                "foreign-page");
        assertRefused(send("POST /api/v1/shares", own, body, "Content-Type: text/plain"), 415, "not-json");
        assertRefused(
                send("POST /api/v1/shares", own, body, "Content-Type: application/x-www-form-urlencoded"),
                415,
                "not-json");
        assertRefused(send("POST /api/v1/shares", own, body), 415, "not-json");
        assertThat(ask("GET /api/v1/shares")).contains("\"total\":0");
    }

    @Test
    void webSocketsAndEventStreamsOfOtherPagesAreRefused() throws Exception {
        String[] upgrade = {
            "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        };
        List<String> foreign = new ArrayList<>(List.of(upgrade));
        foreign.add("Origin: http://evil.example");
        assertRefused(ask("GET /api/v1/events", foreign.toArray(String[]::new)), 403, "foreign-page");
        // A page of this peer would get no other protocol either.
        assertThat(ask("GET /api/v1/status", upgrade)).startsWith("HTTP/1.1 200 ");
        assertRefused(
                ask("GET /api/v1/events", "Accept: text/event-stream", "Origin: http://evil.example"),
                403,
                "foreign-page");
        assertRefused(
                ask("GET /api/v1/events", "Accept: text/event-stream", "Sec-Fetch-Site: cross-site"),
                403,
                "foreign-page");
    }

    @Test
    void whoHasNoTokenGetsNothing() throws Exception {
        String host = "\r\nHost: 127.0.0.1:" + station.port() + "\r\nConnection: close\r\n";
        for (String with : List.of(
                "",
                "Authorization: Bearer wrong\r\n",
                "Cookie: shoal-" + station.port() + "=\r\n",
                "Cookie: shoal-" + station.port() + "=" + station.token() + "\r\n")) {
            for (String path : List.of("/api/v1/status", "/api/v1/events", "/api/v1/nothing", "/favicon.ico")) {
                String answer = station.raw("GET " + path + " HTTP/1.1" + host + with + "\r\n", "");
                assertRefused(answer, 401, "unauthorized");
                assertThat(answer).contains("Www-authenticate: Bearer");
            }
        }
        assertThat(station.raw("GET /?token=wrong HTTP/1.1" + host + "\r\n", ""))
                .startsWith("HTTP/1.1 401 ")
                .contains("does not know you")
                .doesNotContain("Set-Cookie");
        String let = station.raw("GET /?token=" + station.token() + " HTTP/1.1" + host + "\r\n", "");
        assertThat(let).startsWith("HTTP/1.1 303 ").contains("Location: /\r\n", "SameSite=Strict", "HttpOnly");
        assertThat(ask("POST /")).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void whoHasTakenThePortDoesNotLearnTheToken() throws Exception {
        Home second = new Home(Files.createDirectory(folder.resolve("second")));
        Access.of(second, station.port(), false);
        String before = Files.readAllLines(second.webFile()).get(1);
        List<String> warnings = new ArrayList<>();
        WebServer web =
                WebServer.start(second, station.peer, station.port(), true, (level, text) -> warnings.add(text));
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("Port " + station.port() + " is taken by another program", web.address(), "a new token");
        assertThat(web.entrance()).doesNotContain(before);
        web.close();
        assertThat(Files.readAllLines(second.webFile())).hasSize(2).first().isEqualTo("");
        assertThatThrownBy(() -> WebServer.start(second, station.peer, station.port(), PeerEvents.NONE))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("cannot be used");
    }

    @Test
    void aRequestHasOneLengthAndLimits() throws Exception {
        String own = "127.0.0.1:" + station.port();
        assertThat(send("POST /api/v1/shares", own, "{}", "Transfer-Encoding: chunked"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(send("POST /api/v1/shares", own, "{}", "Content-Length: 7")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET /api/v1/shares?text=%zz")).startsWith("HTTP/1.1 400 ");
        String json = "Content-Type: application/json";
        String most = "{\"name\":\"" + "x".repeat(Call.MAX_BODY_BYTES - 11) + "\"}";
        assertRefused(send("POST /api/v1/shares", own, most, json), 400, "usage");
        assertRefused(send("POST /api/v1/shares", own, most + " ", json), 413, "too-large");
        // Of a header that is too long, the answer may be lost with the connection.
        assertThat(ask("GET /api/v1/status", "X-Long: " + "x".repeat(64 * 1024)))
                .doesNotContain("200 OK");
    }

    @Test
    void whoOpensTooManyConnectionsOrIsTooSlowIsCutOff() throws Exception {
        List<Socket> many = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                many.add(new Socket(InetAddress.getLoopbackAddress(), station.port()));
            }
            many.getFirst()
                    .getOutputStream()
                    .write("GET /api/v1/status HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII));
            many.getFirst().setSoTimeout(20_000);
            assertThat(many.getFirst().getInputStream().read()).isEqualTo(-1);
            many.getLast().setSoTimeout(20_000);
            assertThat(many.getLast().getInputStream().read()).isEqualTo(-1);
        } finally {
            for (Socket socket : many) {
                socket.close();
            }
        }
        org.awaitility.Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(ask("GET /api/v1/status")).startsWith("HTTP/1.1 200 "));
    }

    private static final String BYTES = "Content-Type: application/octet-stream";

    private static String drop(String path, String body, String... headers) throws Exception {
        return send("PUT /api/v1/drops/" + path, "127.0.0.1:" + station.port(), body, headers);
    }

    @Test
    void aDropStaysWhereItBelongsAndIsWhatItSays() throws Exception {
        for (String path : List.of(
                "..%2fx", "%2e%2e/x", "a//b", "%00", "a/%2e", "c:%5cx", "x".repeat(300), "a%0ab", "nul", "/etc", "")) {
            assertRefused(drop("drop-0002/" + path, "x", BYTES), 400, "usage");
        }
        assertRefused(drop("short/x", "x", BYTES), 400, "usage");
        assertRefused(drop("drop-000%2f/x", "x", BYTES), 400, "usage");
        assertRefused(drop("drop-0002/x?offset=5", "x", BYTES), 400, "usage");
        assertRefused(drop("drop-0002/x?offset=-1&bytes=5", "x", BYTES), 400, "usage");
        assertRefused(drop("drop-0002/x", "x", BYTES, "Origin: https://example.org"), 403, "foreign-page");
        assertRefused(drop("drop-0002/x", "{}", "Content-Type: application/json"), 415, "not-bytes");
        assertRefused(drop("drop-0002/x", "", BYTES, "Transfer-Encoding: chunked\r\n\r\n0"), 411, "length-needed");
        String length = "Content-Length: " + (Drops.MOST_SLICE_BYTES + 1);
        assertRefused(drop("drop-0002/x", "", BYTES, length), 413, "too-large");
        assertThat(station.home.folder().resolve("dropped")).doesNotExist();
    }
}
