package dev.shoal.web;

import com.sun.net.httpserver.Headers;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerException;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.net.HttpCookie;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the API: whoever has the token, from a program or from a page of this peer itself. A page of somebody
 * else has no token; and should its browser send one along, the request says where it comes from. Immutable; any
 * thread.
 */
final class Access {

    private static final int TOKEN_BYTES = 32;

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");

    private static final String BEARER = "Bearer ";

    /** What browsers say of a request that no other page began. */
    private static final List<String> OWN_SITES = List.of("same-origin", "none");

    private final int port;
    private final String token;

    /** What browsers send along; they send it to every port of this machine, so it is not the token. */
    private final String session = random();

    private Access(int port, String token) {
        this.port = port;
        this.token = token;
    }

    /**
     * For a port. The token of a home stays the same, so that a bookmark and a script still work after a restart; it
     * lies with the address in a file that only the owner of the home can read.
     *
     * @param isTold whether programs and bookmarks may send the token that there is elsewhere: then it is another one
     * @throws PeerException when that cannot be written
     */
    static Access of(Home home, int port, boolean isTold) {
        try {
            Path file = home.webFile();
            Access access = new Access(port, isTold ? random() : kept(file));
            SecretFile.write(file, access.address() + "\n" + access.token + "\n");
            return access;
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK, "The token in " + home.webFile() + " cannot be kept: " + e, e);
        }
    }

    /** What others may have read or written is no secret any more. */
    private static String kept(Path file) throws IOException {
        if (Files.exists(file) && !SecretFile.isOpenToOthers(file)) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            if (lines.size() > 1 && TOKEN.matcher(lines.get(1)).matches()) {
                return lines.get(1);
            }
        }
        return random();
    }

    /**
     * Nobody answers here any more: the file has no address from now on, so that no program sends the token to who has
     * the port next. Not when the next process has written its own.
     */
    void close(Home home) {
        Path file = home.webFile();
        try {
            if (Files.readAllLines(file, StandardCharsets.UTF_8).equals(List.of(address(), token))) {
                SecretFile.write(file, "\n" + token + "\n");
            }
        } catch (IOException e) {
            // It was taken away, or the disk is: what it says is old, as after a power cut.
            return;
        }
    }

    private static String random() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** Where programs reach it. */
    String address() {
        return "http://127.0.0.1:" + port;
    }

    /** What a person opens: it gives the browser the token. */
    String entrance() {
        return new PageLink(address(), token).entrance();
    }

    /** Cookies know no ports: two peers of one machine must not take each other's. */
    String cookieName() {
        return "shoal-" + port;
    }

    /**
     * What lets a browser in until it or this process ends; no page of another site can send it, and no script can
     * read it.
     */
    String cookie() {
        return cookieName() + "=" + session + "; Path=/; HttpOnly; SameSite=Strict";
    }

    /** The problem with where a request comes from and goes to; null for none. */
    @Nullable
    Problem origin(Headers headers) {
        List<String> hosts = headers.getOrDefault("Host", List.of());
        String host = hosts.size() == 1 ? hosts.getFirst() : "";
        if (!host.equals("127.0.0.1:" + port) && !host.equals("localhost:" + port)) {
            return Problem.misdirected(host);
        }
        boolean isOwn = headers.getOrDefault("Origin", List.of()).stream().allMatch(("http://" + host)::equals)
                && headers.getOrDefault("Sec-Fetch-Site", List.of()).stream().allMatch(OWN_SITES::contains);
        return isOwn ? null : Problem.foreign();
    }

    /**
     * Whether somebody goes to the page from elsewhere, by a file or by a link of another page: not a page that asks
     * behind his back, and not into a frame. What is answered then must be the same for everybody. Who types the
     * address or has a bookmark comes from nowhere, and is not asked about here.
     */
    static boolean isVisit(Headers headers) {
        return headers.getOrDefault("Sec-Fetch-Mode", List.of()).equals(List.of("navigate"))
                && headers.getOrDefault("Sec-Fetch-Dest", List.of()).equals(List.of("document"))
                && !headers.containsKey("Origin");
    }

    /** Whether a request brings the token along, or the cookie. */
    boolean isHolder(Headers headers) {
        for (String value : headers.getOrDefault("Authorization", List.of())) {
            if (value.startsWith(BEARER) && isToken(value.substring(BEARER.length()))) {
                return true;
            }
        }
        for (String line : headers.getOrDefault("Cookie", List.of())) {
            for (String pair : line.split(";", -1)) {
                if (isCookie(pair.strip())) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isCookie(String pair) {
        try {
            return !pair.isEmpty()
                    && HttpCookie.parse(pair).stream()
                            .anyMatch(cookie ->
                                    cookie.getName().equals(cookieName()) && isSame(session, cookie.getValue()));
        } catch (IllegalArgumentException e) {
            // Somebody else's, of a form that is none.
            return false;
        }
    }

    /** Whether a text is the token. */
    boolean isToken(String given) {
        return isSame(token, given);
    }

    /** Takes as long wherever they differ. */
    private static boolean isSame(String secret, String given) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
    }
}
