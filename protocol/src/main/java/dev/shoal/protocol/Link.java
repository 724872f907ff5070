package dev.shoal.protocol;

import dev.shoal.content.Base32;
import dev.shoal.content.ContentId;
import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.content.SafePath;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one person gives another so that they get a name: {@code
 * shoal://INDEXFINGERPRINT@HOST:PORT/owner/path,o=OWNERFINGERPRINT,c=CONTENTID,i=ADDRESS}. The two fingerprints pin
 * keys, so that nobody on the way can stand in for the index or the owner; the content pins one version; further
 * addresses are for who cannot reach the first. All options may be missing. No character of a link needs quotes in a
 * shell, but for the brackets of an IPv6 address in some. Immutable.
 *
 * @param indexFingerprint fingerprint of the index's key, in lower case
 * @param host a name or a numeric address, IPv6 without brackets; never looked up here
 * @param port port of the index, 1 to 65 535
 * @param name what to get
 * @param ownerFingerprint fingerprint of the owner's key, in lower case; null to take the owner on first use
 * @param content the version that is meant; null for the latest
 * @param otherHosts numeric addresses where the index may be reached as well, at the same port, IPv6 without brackets;
 *     at most {@value #MAX_OTHER_HOSTS}
 */
public record Link(
        String indexFingerprint,
        String host,
        int port,
        Name name,
        @Nullable String ownerFingerprint,
        @Nullable ContentId content,
        List<String> otherHosts) {

    /** What every link starts with. */
    public static final String SCHEME = "shoal://";

    /** No link is longer, in characters: the longest host, a name of 255 bytes that are all encoded, and the rest. */
    public static final int MAX_LENGTH = 1_400;

    /** As many addresses in all as a peer may have. */
    public static final int MAX_OTHER_HOSTS = Endpoint.MAX_PER_PEER - 1;

    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

    private static final Pattern OPTION = Pattern.compile("[a-z]=[A-Za-z0-9._~-]*");

    /** The unreserved characters of RFC 3986, section 2.3, and the slash. */
    private static final String UNENCODED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /**
     * Checks the parts and brings fingerprints and host into lower case.
     *
     * @throws InvalidLinkException when a part is impossible
     */
    public Link {
        indexFingerprint = fingerprint("the index's fingerprint", indexFingerprint);
        ownerFingerprint = ownerFingerprint == null ? null : fingerprint("the owner's fingerprint", ownerFingerprint);
        if (port < 1 || port > 0xffff) {
            throw new InvalidLinkException("no port has the number " + port);
        }
        if (!HostSyntax.isHost(host)) {
            throw refuse("no host is called", host);
        }
        host = host.toLowerCase(Locale.ROOT);
        if (otherHosts.size() > MAX_OTHER_HOSTS) {
            throw new InvalidLinkException(
                    "a link has at most " + MAX_OTHER_HOSTS + " further addresses, not " + otherHosts.size());
        }
        for (String other : otherHosts) {
            if (!HostSyntax.isAddress(other)) {
                throw refuse("a further address of the index is numeric, not", other);
            }
        }
        otherHosts =
                otherHosts.stream().map(other -> other.toLowerCase(Locale.ROOT)).toList();
    }

    /** A link without further addresses. */
    public Link(
            String indexFingerprint,
            String host,
            int port,
            Name name,
            @Nullable String ownerFingerprint,
            @Nullable ContentId content) {
        this(indexFingerprint, host, port, name, ownerFingerprint, content, List.of());
    }

    /**
     * Parses a link. Options other than {@code o}, {@code c} and {@code i} belong to newer versions and are ignored.
     *
     * @throws InvalidLinkException when the text is not one; the message is safe to print
     */
    public static Link parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new InvalidLinkException("a link has at most " + MAX_LENGTH + " characters, not " + text.length());
        }
        if (!text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw refuse("a link starts with " + SCHEME + ", not so", text);
        }
        int at = text.indexOf('@', SCHEME.length());
        int slash = text.indexOf('/', SCHEME.length());
        if (at < 0 || slash < at) {
            throw refuse("a link looks like shoal://FINGERPRINT@HOST:PORT/owner/path, not like", text);
        }
        String authority = text.substring(at + 1, slash);
        int colon = authority.lastIndexOf(':');
        if (colon < 0 || !PORT.matcher(authority.substring(colon + 1)).matches()) {
            throw refuse("a link has a port after the host; this one has", authority);
        }
        String[] parts = text.substring(slash + 1).split(",", -1);
        for (int i = 1; i < parts.length; i++) {
            if (!OPTION.matcher(parts[i]).matches()) {
                throw refuse("an option is a letter, = and plain text, not", parts[i]);
            }
        }
        return new Link(
                text.substring(SCHEME.length(), at),
                host(authority.substring(0, colon)),
                Integer.parseInt(authority.substring(colon + 1)),
                name(parts[0]),
                option(parts, "o="),
                content(option(parts, "c=")),
                options(parts, "i=").stream()
                        .map(address -> address.replace('~', ':'))
                        .toList());
    }

    private static String host(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        String host = bracketed ? text.substring(1, text.length() - 1) : text;
        if (bracketed != (host.indexOf(':') >= 0)) {
            throw refuse("IPv6 addresses, and nothing else, stand in brackets; this host is", text);
        }
        return host;
    }

    private static Name name(String encoded) {
        String text = decode(encoded);
        try {
            Name name = new Name(text);
            if (!name.text().equals(text)) {
                throw refuse("the name is not in Unicode's normal form C:", text);
            }
            return name;
        } catch (InvalidNameException e) {
            throw new InvalidLinkException(SafePath.visible(String.valueOf(e.getMessage())));
        }
    }

    private static @Nullable ContentId content(@Nullable String text) {
        try {
            return text == null ? null : ContentId.parse(text);
        } catch (IllegalArgumentException e) {
            throw refuse("after ,c= stands a content id of 64 characters, not", String.valueOf(text));
        }
    }

    private static @Nullable String option(String[] parts, String start) {
        List<String> found = options(parts, start);
        if (found.size() > 1) {
            throw new InvalidLinkException("the link has more than one ," + start);
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private static List<String> options(String[] parts, String start) {
        List<String> found = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].startsWith(start)) {
                found.add(parts[i].substring(start.length()));
            }
        }
        return found;
    }

    private static String fingerprint(String what, String text) {
        boolean right = text.length() == PeerId.FINGERPRINT_LENGTH;
        try {
            right = right && Base32.decode(text).length > 0;
        } catch (IllegalArgumentException e) {
            right = false;
        }
        if (!right) {
            throw refuse(what + " has " + PeerId.FINGERPRINT_LENGTH + " characters of base 32, not", text);
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static boolean isUnencoded(int letter) {
        return UNENCODED.indexOf(letter) >= 0;
    }

    private static String decode(String encoded) {
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char letter = encoded.charAt(i);
            if (letter == '%'
                    && i + 2 < encoded.length()
                    && HexFormat.isHexDigit(encoded.charAt(i + 1))
                    && HexFormat.isHexDigit(encoded.charAt(i + 2))) {
                bytes.put((byte) HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                i += 2;
            } else if (isUnencoded(letter)) {
                bytes.put((byte) letter);
            } else {
                throw refuse("a character of the name is not encoded by % and two digits:", encoded);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw refuse("the name is not UTF-8:", encoded);
        }
    }

    private static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() * 3);
        for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnencoded(next)) {
                encoded.append((char) next);
            } else {
                encoded.append('%').append(HEX.toHexDigits(next));
            }
        }
        return encoded.toString();
    }

    private static InvalidLinkException refuse(String reason, String text) {
        return new InvalidLinkException(reason + " \"" + SafePath.visible(text) + "\"");
    }

    /** The link as text, which {@link #parse} takes. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(SCHEME).append(indexFingerprint).append('@');
        text.append(host.indexOf(':') >= 0 ? "[" + host + "]" : host)
                .append(':')
                .append(port);
        text.append('/').append(encode(name.text()));
        if (ownerFingerprint != null) {
            text.append(",o=").append(ownerFingerprint);
        }
        if (content != null) {
            text.append(",c=").append(content);
        }
        for (String other : otherHosts) {
            // A colon would need brackets, and these quotes.
            text.append(",i=").append(other.replace(':', '~'));
        }
        return text.toString();
    }
}
