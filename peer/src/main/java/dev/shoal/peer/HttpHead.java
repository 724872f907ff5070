package dev.shoal.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The head of a request in HTTP/1.1 that asks for one thing and brings nothing along, read as strictly as RFC 9112 lets
 * a server be: what two programs could understand differently is refused. One request a connection, so that nothing of
 * one can be taken for the beginning of the next. Immutable.
 *
 * @param method in capitals
 * @param path as it was asked for, without what follows a question mark; not decoded
 * @param isOld whether it is HTTP/1.0, which knows no answer in pieces
 * @param headers those that matter here, in small letters
 */
record HttpHead(String method, String path, boolean isOld, Map<String, String> headers) {

    /** Browsers send cookies of other servers of the same name along; more is not read. */
    static final int MAX_BYTES = 16 * 1024;

    private static final Set<String> WANTED =
            Set.of("host", "range", "if-range", "content-length", "transfer-encoding", "expect");

    private static final Pattern LINE = Pattern.compile("([A-Z]{1,16}) (/[!-~]*) HTTP/1\\.([01])");

    /** What the name of a header may have beside letters and digits (RFC 9110, section 5.6.2). */
    private static final String NAME_SIGNS = "!#$%&'*+-.^_`|~";

    /** Where bytes come from. */
    @FunctionalInterface
    interface Source {

        /** The next byte, from 0 to 255; the end is an exception. */
        int next() throws IOException;
    }

    /** Why a request is not looked at. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        Refused(int status, String why) {
            super(why);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /**
     * Reads one, and nothing behind it.
     *
     * @throws Refused when it is too long, or not what it should be
     * @throws IOException when the connection ends or breaks before
     */
    static HttpHead read(Source source) throws IOException, Refused {
        String line = line(source, MAX_BYTES);
        var parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new Refused(400, "That is no request in HTTP/1.1.");
        }
        Map<String, String> headers = headers(source, MAX_BYTES - line.length());
        boolean isOld = parts.group(3).equals("0");
        if (!isOld && !headers.containsKey("host")) {
            throw new Refused(400, "The request does not say which host it is for.");
        }
        if (headers.containsKey("transfer-encoding")
                || !headers.getOrDefault("content-length", "0").equals("0")) {
            throw new Refused(400, "The request brings something along, which nobody wants here.");
        }
        String path = parts.group(2);
        int question = path.indexOf('?');
        return new HttpHead(parts.group(1), question < 0 ? path : path.substring(0, question), isOld, headers);
    }

    private static Map<String, String> headers(Source source, int mostBytes) throws IOException, Refused {
        Map<String, String> headers = new HashMap<>();
        int left = mostBytes;
        for (String line = line(source, left); !line.isEmpty(); line = line(source, left)) {
            left -= line.length() + 2;
            // Not by a pattern: what tries again at each letter is busy for hours with the worst of 16 KiB.
            int colon = line.indexOf(':');
            if (colon <= 0 || !line.chars().limit(colon).allMatch(HttpHead::isOfName)) {
                throw new Refused(400, "A header of the request is not what it should be.");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (WANTED.contains(name) && headers.put(name, trimmed(line, colon + 1)) != null) {
                throw new Refused(400, "A header of the request is said twice.");
            }
        }
        return Map.copyOf(headers);
    }

    private static boolean isOfName(int letter) {
        return (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z')
                || (letter >= '0' && letter <= '9')
                || NAME_SIGNS.indexOf(letter) >= 0;
    }

    private static String trimmed(String line, int from) {
        int first = from;
        int end = line.length();
        while (first < end && isBlank(line.charAt(first))) {
            first++;
        }
        while (end > first && isBlank(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(first, end);
    }

    private static boolean isBlank(int letter) {
        return letter == ' ' || letter == '\t';
    }

    private static boolean isText(int letter) {
        return letter == '\t' || (letter >= ' ' && letter <= '~') || letter >= 0x80;
    }

    /** What stands before the next line break, which has two bytes. */
    private static String line(Source source, int mostBytes) throws IOException, Refused {
        StringBuilder line = new StringBuilder();
        for (int next = source.next(); next != '\r'; next = source.next()) {
            if (line.length() >= mostBytes) {
                throw new Refused(431, "The head of the request has more than " + MAX_BYTES + " bytes.");
            }
            line.append((char) next);
        }
        if (source.next() != '\n' || !line.chars().allMatch(HttpHead::isText)) {
            throw new Refused(400, "The request has bytes in it that are no text.");
        }
        return line.toString();
    }

    /** What a header says; empty when it is not there. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The same as bytes, one each, for what is compared with a secret. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
