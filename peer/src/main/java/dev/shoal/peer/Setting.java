package dev.shoal.peer;

import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.store.Subscription;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What can be configured. Each setting knows its name, its default, what it means and which values it takes. */
public enum Setting {
    /** The index to use. */
    INDEX("index", "", "address of the index, HOST or HOST:PORT", HostAndPort::check),
    /** The name that others see and that new names start with. */
    USER("user", "", "your name: others see it, and new names start with it", Setting::owner),
    /** The port to serve on. */
    LISTEN("listen", "", "TCP port that serves other peers; empty for the first free one from 7801 on", Setting::port),
    /** Limit of all uploads together. */
    UPLOAD_LIMIT("upload-limit", "unlimited", "most bytes sent a second, as 2MiB/s or 20Mbit/s", Rate::check),
    /** Limit of all downloads together. */
    DOWNLOAD_LIMIT("download-limit", "unlimited", "most bytes received a second, as 2MiB/s or 20Mbit/s", Rate::check),
    /** Whether downloads go on serving. */
    SEED("seed", "false", "whether `get` goes on serving after the download, as with --seed", Setting::truth),
    /** Whether what was got is followed. */
    SUBSCRIBE(
            "subscribe",
            "ask",
            "whether `get` follows what it got: ask (at a terminal), always, never",
            Setting::offer),
    /** How many replaced versions are kept. */
    KEEP("keep", "1", "how many replaced versions of a followed file are kept, as with --keep", Setting::count),
    /** How many versions may stand beside an edited file. */
    CONFLICT_COPIES(
            "conflict-copies", "3", "how many new versions may stand beside a file that you edited", Setting::count),
    /** Where what is dropped on a page stays. */
    DROPS(
            "drops",
            "",
            "folder where files stay that you drop on the page; empty for `dropped` in the home",
            Setting::whole),
    /** How long what was downloaded is served. */
    SEED_FOR(
            "seed-for",
            "unlimited",
            "how long a peer that stays up serves what it downloaded, as 7d or 12h",
            Setting::span),
    /** How often what was downloaded is sent. */
    SEED_RATIO(
            "seed-ratio",
            "unlimited",
            "how many times a peer that stays up sends what it downloaded, as 1.5",
            Setting::ratio),
    /** What downloads leave free. */
    KEEP_FREE(
            "keep-free",
            "1GiB",
            "what stays free on a disk when a peer that stays up fetches something; 0 for nothing",
            Setting::size),
    /** The port of download links. */
    LINK_PORT(
            "link-port",
            "7843",
            "TCP port that answers download links (`shoal link`), as long as there are any; 0 for any",
            Setting::port),
    /** What download links say. */
    LINK_HOST(
            "link-host",
            "",
            "HOST or HOST:PORT in download links; empty for this machine's address",
            HostAndPort::checkHost),
    /** The certificates for download links. */
    LINK_CERT(
            "link-cert",
            "",
            "PEM file with the certificates for download links; empty for one that this peer signs itself",
            Setting::whole),
    /** The key of these. */
    LINK_KEY("link-key", "", "PEM file with the key of link-cert, without a passphrase", Setting::whole);

    /** At most 999 999 TiB, which a long holds. */
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})\\s*([kmgt])(i?)b");

    private final String key;
    private final String standard;
    private final String meaning;
    // The checks are static methods: they hold no state, which the checker cannot see.
    @SuppressWarnings("ImmutableEnumChecker")
    private final UnaryOperator<String> check;

    Setting(String key, String standard, String meaning, UnaryOperator<String> check) {
        this.key = key;
        this.standard = standard;
        this.meaning = meaning;
        this.check = check;
    }

    /** The setting of a name; empty when there is none. */
    public static Optional<Setting> of(String key) {
        return Stream.of(values()).filter(setting -> setting.key.equals(key)).findFirst();
    }

    /** The name in the file and on the command line. */
    public String key() {
        return key;
    }

    /** The value when nothing is configured; empty for none. */
    public String standard() {
        return standard;
    }

    /** What it means, in a line. */
    public String meaning() {
        return meaning;
    }

    /** Whether a running peer takes a change up at once; else at its next start. */
    public boolean changesWhileRunning() {
        return this != INDEX && this != USER && this != LISTEN;
    }

    /**
     * Checks a value and returns it as it is kept.
     *
     * @throws PeerException with reason USAGE when the setting does not take it
     */
    public String checked(String value) {
        try {
            return value.isBlank() ? "" : check.apply(value.strip());
        } catch (IllegalArgumentException e) {
            throw new PeerException(
                    PeerException.Reason.USAGE, "\"" + value + "\" is no value for " + key + ": " + e.getMessage(), e);
        }
    }

    private static String owner(String value) {
        try {
            return Name.checkOwner(value);
        } catch (InvalidNameException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static String port(String value) {
        int port;
        try {
            port = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a port is a number", e);
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535");
        }
        return Integer.toString(port);
    }

    private static String whole(String value) {
        try {
            Path path = Path.of(value);
            if (path.isAbsolute()) {
                return path.normalize().toString();
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("it is no path: " + e.getReason(), e);
        }
        throw new IllegalArgumentException("say a whole path, from the root on");
    }

    private static String offer(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "ask" -> "ask";
            case "always", "true", "yes" -> "always";
            case "never", "false", "no" -> "never";
            default -> throw new IllegalArgumentException("say ask, always or never");
        };
    }

    private static String count(String value) {
        int count;
        try {
            count = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("say a number", e);
        }
        if (count < 0 || count > Subscription.MOST_KEPT) {
            throw new IllegalArgumentException("say a number from 0 to " + Subscription.MOST_KEPT);
        }
        return Integer.toString(count);
    }

    private static String span(String value) {
        SeedLimits.span(value);
        return value;
    }

    private static String ratio(String value) {
        SeedLimits.ratio(value);
        return value;
    }

    private static String size(String value) {
        bytes(value);
        return value;
    }

    /**
     * How many bytes a size means.
     *
     * @throws IllegalArgumentException when it is none
     */
    static long bytes(String size) {
        if (size.equals("0")) {
            return 0;
        }
        Matcher matcher = SIZE.matcher(size.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("write a size as 500MB, 2GiB or 0");
        }
        long base = matcher.group(3).isEmpty() ? 1_000 : 1_024;
        long bytes = Long.parseLong(matcher.group(1));
        for (int i = " kmgt".indexOf(matcher.group(2)); i > 0; i--) {
            bytes *= base;
        }
        return bytes;
    }

    private static String truth(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> "true";
            case "false", "no", "off", "0" -> "false";
            default -> throw new IllegalArgumentException("say true or false");
        };
    }
}
