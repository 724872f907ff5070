package dev.shoal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a page of somebody else gets of the peer of whoever looks at it, in a real browser that has the peer's page
 * open: nothing. The attempts are in {@code attacks.js}. The page of the peer itself makes the same ones, and most of
 * them work for it, so they are right.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(Browsing.class)
class HostilePagesTest {

    private static final String ATTACK_PATH = "/attack.html";

    private static Chromium chromium;
    private static HttpServer hostile;
    private static Stay ada;
    private static Visit hers;
    private static Path file;

    @BeforeAll
    static void start(World world) throws Exception {
        chromium = world.chromium;
        ada = world.stay("ada");
        file = Files.writeString(world.folder.resolve("ada/plans.txt"), "Of a secret kind.");
        ada.ask("POST", "/accounts", Map.of("user", "ada", "password", "correct horse"));
        ada.ask("POST", "/shares", Map.of("path", file.toString(), "name", "ada/plans"));
        hers = world.visit(ada);
        hostile = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        hostile.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        hostile.createContext("/", HostilePagesTest::answer);
        hostile.start();
    }

    /** Gives the page that attacks, and whatever else it is asked for, to anybody. */
    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String key = exchange.getRequestHeaders().getFirst("Sec-WebSocket-Key");
            if (key != null) {
                exchange.getResponseHeaders().set("Upgrade", "websocket");
                exchange.getResponseHeaders().set("Connection", "Upgrade");
                exchange.getResponseHeaders().set("Sec-WebSocket-Accept", accepted(key));
                exchange.sendResponseHeaders(101, -1);
                return;
            }
            String type = "text/html";
            String text = "Whatever you like.";
            if (path.equals(ATTACK_PATH)) {
                text = "<!doctype html><title>Kittens</title><body><script>" + attacks() + "</script>";
            } else if (path.endsWith("/events")) {
                type = "text/event-stream";
                text = "data: something\n\n";
            } else if (path.endsWith(".js")) {
                type = "text/javascript";
                text = "export const kittens = 3;";
            } else if (path.endsWith(".css")) {
                type = "text/css";
            } else if (path.endsWith(".svg")) {
                type = "image/svg+xml";
                text = "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>";
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String accepted(String key) {
        try {
            // What RFC 6455 wants to be answered.
            String whole = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(whole.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void stop() {
        if (hostile != null) {
            hostile.stop(0);
        }
    }

    private static String attacks() throws IOException {
        try (InputStream in = HostilePagesTest.class.getResourceAsStream("attacks.js")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String token() throws IOException {
        return Files.readAllLines(ada.home.webFile()).get(1);
    }

    private static Map<String, String> how(String peer, String name) throws IOException {
        String share = "{\"path\":\"" + file + "\",\"name\":\"" + name + "\"}";
        return Map.of("peer", peer, "token", token(), "share", share);
    }

    /** What all attempts of a page got. */
    private static Map<String, String> attempt(Page page, String peer) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        Object got = page.evaluate("(how) => attack(how)", how(peer, "ada/stolen"));
        ((Map<?, ?>) got).forEach((name, what) -> all.put(name.toString(), what.toString()));
        return all;
    }

    /** All that an attempt could change. */
    private static String state() throws Exception {
        return ada.ask("GET", "/shares", null) + ada.ask("GET", "/settings", null) + ada.ask("GET", "/session", null);
    }

    /** Makes all attempts, which get nothing or are told that they do not get it, and change nothing. */
    private static void attack(String page, String peer, String refused) throws Exception {
        String before = state();
        try (Page attacker = hers.page.context().newPage()) {
            attacker.navigate(page);
            attacker.evaluate(attacks() + "0");
            assertThat(attempt(attacker, peer))
                    .hasSizeGreaterThan(25)
                    .allSatisfy((name, what) -> assertThat(what).as(name).isIn("nothing", refused));
        }
        assertThat(state()).isEqualTo(before);
        assertThat(hers.page.evaluate("fetch('/api/v1/status').then((answer) => answer.status)"))
                .isEqualTo(200);
    }

    private static String hostile(String host) {
        return "http://" + host + ":" + hostile.getAddress().getPort();
    }

    /** Then the browser sends the cookie along, as it does not look at ports. */
    @Test
    void aPageAtAnotherPortOfThisMachineGetsNothing() throws Exception {
        attack(hostile("127.0.0.1") + ATTACK_PATH, ada.web.address(), "nothing");
    }

    @Test
    void aPageOfAnotherHostGetsNothing() throws Exception {
        attack(hostile("localhost") + ATTACK_PATH, ada.web.address(), "nothing");
        attack(hostile("evil.test") + ATTACK_PATH, ada.web.address(), "nothing");
    }

    /** The page came from elsewhere; when it asks again, its name leads to the peer. */
    @Test
    void aPageWhoseNameWasMadeToLeadToThePeerGetsNothing() throws Exception {
        String evil = "http://evil.test:" + URI.create(ada.web.address()).getPort();
        hers.page
                .context()
                .route(
                        evil + ATTACK_PATH,
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("text/html")
                                .setBody("<!doctype html><title>Kittens</title><body></body>")));
        attack(evil + ATTACK_PATH, evil, "refused");
    }

    /** So each attempt is one that works. */
    @Test
    void aServerThatDoesNotCareGivesItAll() throws Exception {
        try (Page page = hers.page.context().newPage()) {
            page.navigate(hostile("127.0.0.1") + ATTACK_PATH);
            Map<String, String> got = attempt(page, hostile("127.0.0.1"));
            // What its answer is, no page gets to know.
            assertThat(got.remove("a beacon")).isEqualTo("nothing");
            assertThat(got)
                    .hasSizeGreaterThan(25)
                    .allSatisfy((name, what) ->
                            assertThat(what).as(name).containsAnyOf("Whatever you like.", "kittens", "got "));
        }
    }

    /** And each is about something that is there. */
    @Test
    void thePeersOwnPageGetsWhatOthersDoNot() throws Exception {
        try (BrowserContext own = chromium.browser.newContext(new Browser.NewContextOptions().setBypassCSP(true));
                Page page = own.newPage()) {
            page.navigate(ada.web.entrance());
            page.evaluate(attacks() + "0");
            Map.of(
                            "read the shares", "200 .*ada/plans.*",
                            "read with the token", "200 .*ada/plans.*",
                            "read the page", "200 <!doctype html>.*",
                            "share as JSON", "201 .*ada/own.*",
                            "share as text", "415 .*",
                            "change a setting", "200 .*",
                            "an event stream", "got open .*",
                            "a module", "got .*rate.*",
                            "a picture", "got load .*",
                            "a window with the token", "read .*Find.*")
                    .forEach(
                            (name, what) -> assertThat(own(page, name)).as(name).matches("(?s)" + what));
            assertThat(state()).contains("ada/own", "\"value\":\"7\"");
            assertThat(own(page, "log out")).startsWith("200 ");
        }
    }

    private static String own(Page page, String name) {
        try {
            return page.evaluate(
                            "([how, name]) => attempts(how)[name]()", List.of(how(ada.web.address(), "ada/own"), name))
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
