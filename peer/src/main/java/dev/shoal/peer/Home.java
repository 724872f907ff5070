package dev.shoal.peer;

import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * The folder in which a peer keeps its state: key, settings, known keys, catalog, unfinished downloads to standard
 * output, and the socket of its running process. Several peers on one machine have a home each. Immutable; any thread.
 *
 * @param folder absolute path
 */
public record Home(Path folder) {

    /** The environment variable that names the folder. */
    public static final String VARIABLE = "SHOAL_HOME";

    /** A Unix socket's path has at most 108 bytes on Linux and 104 on macOS, with the zero at its end. */
    private static final int MAX_SOCKET_PATH_BYTES = 100;

    /** What names and keys its user knows, which files he has, and whether his peer runs: nobody else's business. */
    private static final List<String> PRIVATE_FILES = List.of(
            "known-keys",
            "known-versions",
            "private-names",
            "private-contents",
            "tasks",
            "tasks.broken",
            "web-links",
            "web-links.broken",
            "web-links.pem",
            "limits",
            "peer.db",
            "peer.db-wal",
            "peer.db-shm",
            "peer.lock");

    /** The home that the environment asks for, else the platform's usual folder. */
    public static Home of(Map<String, String> environment) {
        String named = environment.get(VARIABLE);
        if (named != null && !named.isBlank()) {
            return new Home(Path.of(named).toAbsolutePath().normalize());
        }
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        // The system property comes from the password file, which knows nothing of sudo, containers and tests.
        String told = environment.get("HOME");
        Path user = Path.of(told != null && told.startsWith("/") ? told : System.getProperty("user.home"));
        if (system.contains("mac")) {
            return new Home(user.resolve("Library/Application Support/Shoal"));
        }
        if (system.contains("windows")) {
            String local = environment.get("LOCALAPPDATA");
            return new Home((local == null ? user.resolve("AppData/Local") : Path.of(local)).resolve("Shoal"));
        }
        String data = environment.get("XDG_DATA_HOME");
        boolean usable = data != null && Path.of(data).isAbsolute();
        return new Home((usable ? Path.of(data) : user.resolve(".local/share")).resolve("shoal"));
    }

    /**
     * Makes the folder, readable by its owner only, where there is none. One that is there may be there for others too,
     * and stays as it is, but for what is in it of an older Shoal that minded its rights less.
     *
     * @throws PeerException when it cannot be made
     */
    public Home create() {
        try {
            if (Files.notExists(folder)) {
                Files.createDirectories(folder);
                restrict(folder);
            } else {
                PRIVATE_FILES.forEach(name -> narrow(folder.resolve(name)));
            }
            return this;
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The folder " + folder + " cannot be made: " + e.getMessage() + ". Name another one in " + VARIABLE
                            + ".",
                    e);
        }
    }

    private static void narrow(Path file) {
        try {
            if (SecretFile.isOpenToOthers(file)) {
                SecretFile.narrow(file);
            }
        } catch (IOException e) {
            // It belongs to somebody else: whoever wants to change it is told so.
            return;
        }
    }

    /** The peer's key. */
    public Path identityFile() {
        return folder.resolve("identity.pem");
    }

    /** Keys of the accounts that this peer acts for. */
    public Path accountsFolder() {
        return folder.resolve("accounts");
    }

    /** The settings. */
    public Path configurationFile() {
        return folder.resolve("config.properties");
    }

    /** Keys of indexes and owners that were met before. */
    public Path knownKeysFile() {
        return folder.resolve("known-keys");
    }

    /** How fast it may be, and when, and what is paused. */
    Path limitsFile() {
        return folder.resolve("limits");
    }

    /** What is remembered of files. */
    public Path catalogFile() {
        return folder.resolve("peer.db");
    }

    /** Where the segment tables of contents are kept. */
    Path segmentsFolder() {
        return folder.resolve("segments");
    }

    /** The names that are followed, and what was put where. */
    public Path subscriptionsFile() {
        return folder.resolve("subscriptions.db");
    }

    /** What the peer shares and downloads by itself. */
    Path tasksFile() {
        return folder.resolve("tasks");
    }

    /** Where the peer that stays up answers programs over HTTP, and the secret that they need. */
    public Path webFile() {
        return folder.resolve("web");
    }

    /** What leads the browser of its user to the page of a peer that stays up. */
    public Path pageFile() {
        return folder.resolve("page.html");
    }

    /** The plain HTTPS links to what the peer shares, with their secrets. */
    Path webLinksFile() {
        return folder.resolve("web-links");
    }

    /** The certificate, and its key, that is shown to whoever comes by such a link. */
    Path webLinksKeyFile() {
        return folder.resolve("web-links.pem");
    }

    /** Held locked by the process that runs the peer. */
    public Path lockFile() {
        return folder.resolve("peer.lock");
    }

    /** Number of the process that runs the peer, as far as it can be told without asking it. */
    public OptionalLong process() {
        try {
            return OptionalLong.of(
                    Long.parseLong(Files.readString(processFile()).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Number of the process that runs the peer, for whoever cannot ask it. */
    Path processFile() {
        return folder.resolve("peer.pid");
    }

    /** Unfinished downloads that have no file of their own. */
    public Path partialFolder() {
        return folder.resolve("partial");
    }

    /** Data of an index that this home runs. */
    public Path indexFolder() {
        return folder.resolve("index");
    }

    /** The socket of the running peer; in a private folder elsewhere when the path here would be too long for one. */
    public Path socketFile() {
        Path here = folder.resolve("peer.sock");
        byte[] path = here.toString().getBytes(StandardCharsets.UTF_8);
        if (path.length <= MAX_SOCKET_PATH_BYTES) {
            return here;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(path);
        String name = "shoal-" + System.getProperty("user.name") + "-"
                + HexFormat.of().toHexDigits((int) checksum.getValue());
        return Path.of(System.getProperty("java.io.tmpdir")).resolve(name).resolve("peer.sock");
    }

    /**
     * Whether the folder of the socket, when it is not the home itself, belongs to whoever the home belongs to. In a
     * folder for everybody, somebody else may have made one of that name.
     */
    boolean trustsSocketFolder() {
        Path parent = socketFile().getParent();
        try {
            return parent == null
                    || parent.equals(folder)
                    || (Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)
                            && Files.getOwner(parent, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(folder)));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Takes everybody else's rights to a folder away, where the file system knows rights. */
    static void restrict(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
