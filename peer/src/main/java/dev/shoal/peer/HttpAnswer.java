package dev.shoal.peer;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/**
 * The head of an answer in HTTP/1.1, with what keeps a browser from doing anything with it but save it: it is never
 * shown, run, kept by a cache, found by a search engine, or named to another page. For one thread.
 */
final class HttpAnswer {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT);

    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK",
            206, "Partial Content",
            400, "Bad Request",
            404, "Not Found",
            405, "Method Not Allowed",
            416, "Range Not Satisfiable",
            431, "Request Header Fields Too Large",
            503, "Service Unavailable");

    /** What a name may have in it as it is (RFC 8187). */
    private static final String PLAIN = "!#$&+-.^_`|~";

    private final StringBuilder head = new StringBuilder();

    HttpAnswer(int status, Instant now) {
        head.append("HTTP/1.1 ").append(status).append(' ').append(REASONS.get(status));
        with("", "");
        with("Date", time(now));
        with("Connection", "close");
        with("Cache-Control", "private, no-store");
        with("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'");
        with("Cross-Origin-Resource-Policy", "same-origin");
        with("Referrer-Policy", "no-referrer");
        with("X-Content-Type-Options", "nosniff");
        with("X-Robots-Tag", "noindex, nofollow");
    }

    /** Adds a header; what stands in it is no text of somebody else, or was made safe. */
    HttpAnswer with(String name, String value) {
        head.append(name.isEmpty() ? "" : name + ": " + value).append("\r\n");
        return this;
    }

    /** What the browser saves it as, whatever letters are in it (RFC 6266). */
    HttpAnswer savedAs(String file) {
        StringBuilder plain = new StringBuilder();
        file.codePoints()
                .forEach(letter -> plain.append(
                        letter < 0x7f && (isPlain(letter) || letter == ' ') && letter != '`' ? (char) letter : '_'));
        return with("Content-Disposition", "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded(file));
    }

    /** A name as a part of an address, and of a header: other letters are written as the bytes of UTF-8. */
    static String encoded(String file) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : file.getBytes(StandardCharsets.UTF_8)) {
            int letter = Byte.toUnsignedInt(each);
            boolean stays = letter < 0x80
                    && isPlain(letter)
                    && letter != '#'
                    && letter != '|'
                    && letter != '^'
                    && letter != '`';
            encoded.append(stays ? Character.toString(letter) : String.format(Locale.ROOT, "%%%02X", letter));
        }
        return encoded.toString();
    }

    private static boolean isPlain(int letter) {
        return (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z')
                || (letter >= '0' && letter <= '9')
                || PLAIN.indexOf(letter) >= 0;
    }

    /** A moment as HTTP writes it. */
    static String time(Instant instant) {
        return TIME.format(instant.atOffset(ZoneOffset.UTC));
    }

    /** All of it, with the empty line behind. */
    byte[] bytes() {
        return (head + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
