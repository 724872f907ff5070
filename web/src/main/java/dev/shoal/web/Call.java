package dev.shoal.web;

import com.fasterxml.jackson.annotation.Nulls;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One request and its answer. For the thread that has it. */
final class Call {

    /** A path, a name, a note, some readers: nobody needs more. */
    static final int MAX_BODY_BYTES = 64 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .changeDefaultNullHandling(usual -> usual.withContentNulls(Nulls.FAIL))
            .build();

    private final HttpExchange exchange;
    private final Map<String, String> path;
    private final Map<String, String> query;

    /**
     * Of a route.
     *
     * @param path the parts of the path that are no fixed words
     */
    Call(HttpExchange exchange, Map<String, String> path) {
        this.exchange = exchange;
        this.path = path;
        this.query = query(exchange.getRequestURI().getRawQuery());
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null || raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = decoded(equals < 0 ? pair : pair.substring(0, equals));
            if (query.put(key, equals < 0 ? "" : decoded(pair.substring(equals + 1))) != null) {
                throw Problem.malformed("\"" + key + "\" is said twice.").thrown();
            }
        }
        return query;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("The address is not encoded as it should be: " + e.getMessage())
                    .thrown();
        }
    }

    /** A number in the path. */
    long number(String name) {
        String text = path.getOrDefault(name, "");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Problem.malformed("\"" + text + "\" is no number.").thrown();
        }
    }

    /** A part of the path, decoded. */
    String part(String name) {
        // A plus is a plus here.
        return decoded(path.getOrDefault(name, "").replace("+", "%2B"));
    }

    /** What the address says behind the question mark; the default when it says nothing. */
    String text(String name, String standard) {
        return query.getOrDefault(name, standard);
    }

    /** The same that has to be there. */
    String text(String name) {
        String text = query.getOrDefault(name, "");
        if (text.isEmpty()) {
            throw Problem.malformed("Say " + name + " in the address, as ?" + name + "=...")
                    .thrown();
        }
        return text;
    }

    /** A number behind the question mark, within limits. */
    int number(String name, int standard, int least, int most) {
        String text = query.getOrDefault(name, Integer.toString(standard));
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As one that is out of range.
        }
        throw Problem.malformed(name + " is a number from " + least + " to " + most + ", not \"" + text + "\".")
                .thrown();
    }

    /** The same without an end, from 0 on. */
    long longNumber(String name, long standard) {
        String text = query.getOrDefault(name, "");
        if (text.isEmpty() && standard >= 0) {
            return standard;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As one that is out of range.
        }
        throw Problem.malformed(name + " is a number from 0 on, not \"" + text + "\".")
                .thrown();
    }

    /**
     * How long a body of plain bytes is.
     *
     * @throws Problem.Thrown when it is something else, or nobody says how long
     */
    long lengthOfBytes() {
        if (!media().equalsIgnoreCase("application/octet-stream")) {
            throw Problem.notBytes().thrown();
        }
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        if (length == null) {
            throw Problem.lengthNeeded().thrown();
        }
        try {
            return Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            throw Problem.malformed("\"" + length + "\" is no length.").thrown();
        }
    }

    /** A body of plain bytes. */
    InputStream bytes() {
        return exchange.getRequestBody();
    }

    /** Reads what still comes of the body, up to so much. */
    void skip(long mostBytes) {
        try {
            InputStream body = exchange.getRequestBody();
            long left = mostBytes;
            for (long skipped = body.skip(left); skipped > 0 && left > 0; skipped = body.skip(left)) {
                left -= skipped;
            }
        } catch (IOException e) {
            // Nobody sends any more.
            return;
        }
    }

    private String media() {
        return String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                .split(";", -1)[0]
                .strip();
    }

    /**
     * The body.
     *
     * @throws Problem.Thrown when it is too large, or not what it should be
     */
    <T> T body(Class<T> type) throws IOException {
        if (!media().equalsIgnoreCase("application/json")) {
            throw Problem.notJson().thrown();
        }
        byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (bytes.length > MAX_BODY_BYTES) {
            throw Problem.tooLarge(MAX_BODY_BYTES).thrown();
        }
        try {
            T value = JSON.readValue(bytes, type);
            if (value == null) {
                throw Problem.malformed("The body is null, and should be an object.")
                        .thrown();
            }
            return value;
        } catch (JacksonException e) {
            throw Problem.malformed("The body is not what it should be: " + e.getOriginalMessage())
                    .thrown();
        }
    }

    /** Answers with a value as JSON. */
    void answer(int status, Object value) throws IOException {
        send(status, "application/json", JSON.writeValueAsBytes(value));
    }

    /** Answers with a new resource. */
    void created(String location, Object value) throws IOException {
        headers().set("Location", location);
        answer(201, value);
    }

    /** Answers with nothing. */
    void done() throws IOException {
        exchange.sendResponseHeaders(204, -1);
    }

    void send(int status, String mediaType, byte[] bytes) throws IOException {
        headers().set("Content-Type", mediaType);
        // Without a body the length is told as −1: 0 would mean that it is not known.
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Begins an answer that has no end yet. */
    OutputStream stream(String mediaType) throws IOException {
        headers().set("Content-Type", mediaType);
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    static String json(Object value) {
        return JSON.writeValueAsString(value);
    }

    Headers headers() {
        return exchange.getResponseHeaders();
    }
}
