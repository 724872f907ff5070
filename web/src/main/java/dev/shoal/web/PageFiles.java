package dev.shoal.web;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the page is made of: style sheets, modules and pictures that come with the program, below {@code /page/}. None
 * of it is a secret, and none of it differs from one home to the other, so that no token is asked for. Browsers may
 * keep it, and ask each time whether it is still the same. It is not compressed: on loopback that costs more than it
 * saves. Thread-safe.
 */
final class PageFiles {

    /** Where they are, as browsers ask for them. */
    static final String PREFIX = "/page/";

    private static final Pattern PATH = Pattern.compile("(?:[a-z]+/){0,2}[a-z][a-z-]*\\.(?<kind>js|css|svg)");

    private static final Map<String, String> TYPES = Map.of(
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    /** What a page may do: its own modules and styles, requests to its own peer, and nothing else. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types lit-html";

    /** As many as there are files, since nothing else is kept. */
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    private record Kept(String type, String tag, byte[] bytes) {}

    /** Whether it is for here. */
    static boolean isBelow(String path) {
        return path.startsWith(PREFIX);
    }

    /** Answers with a file, or with nothing when the browser has it. */
    void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            throw Problem.notWith(exchange.getRequestMethod(), "GET").thrown();
        }
        Kept file = kept.get(path);
        if (file == null) {
            file = read(path.substring(PREFIX.length()));
            if (file == null) {
                throw Problem.noSuchResource(path).thrown();
            }
            kept.put(path, file);
        }
        exchange.getResponseHeaders().set("Cache-Control", "no-cache");
        exchange.getResponseHeaders().set("ETag", file.tag);
        if (file.tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", file.type);
        exchange.sendResponseHeaders(200, file.bytes.length);
        exchange.getResponseBody().write(file.bytes);
    }

    private static @Nullable Kept read(String name) throws IOException {
        var matcher = PATH.matcher(name);
        if (!matcher.matches()) {
            return null;
        }
        try (InputStream in = PageFiles.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            return new Kept(Objects.requireNonNull(TYPES.get(matcher.group("kind"))), tag(bytes), bytes);
        }
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
