package dev.shoal.cli;

import dev.shoal.peer.Configuration;
import dev.shoal.peer.Home;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Setting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The checks of {@code shoal doctor} that need nobody else: Java, the home, the settings, the disk. */
final class LocalChecks {

    /** The Java that the program is built and tested with. */
    private static final int LONG_TERM_JAVA = 25;

    /** Less than this and the next download is likely to fail. */
    private static final long SCARCE_BYTES = 1L << 30;

    /** Less than this and not even the state can be kept. */
    private static final long TOO_FEW_BYTES = 16L << 20;

    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Home home;

    LocalChecks(Home home) {
        this.home = home;
    }

    /**
     * Runs all checks.
     *
     * @param named the index that the command line or the environment names
     * @return the index that commands would use; null when there is none
     */
    @Nullable
    HostAndPort examine(@Nullable HostAndPort named, Consumer<Finding> findings) {
        findings.accept(java());
        boolean usable = folder(findings);
        Configuration configuration = settings(findings);
        if (usable) {
            findings.accept(disk());
        }
        return index(named, configuration, findings);
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        String what = "Java " + Runtime.version() + " on " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ".";
        return version == LONG_TERM_JAVA
                ? Finding.ok("java", what)
                : Finding.warning(
                        "java",
                        what + " Shoal is built and tested with Java " + LONG_TERM_JAVA + "; use that if you can.");
    }

    private boolean folder(Consumer<Finding> findings) {
        Path folder = home.folder();
        if (Files.notExists(folder)) {
            Path parent = existing(folder);
            boolean possible = Files.isWritable(parent);
            findings.accept(
                    possible
                            ? Finding.ok("home", folder + " will be made when it is needed.")
                            : Finding.problem(
                                    "home",
                                    folder + " does not exist and cannot be made in " + parent
                                            + ". Name another folder in " + Home.VARIABLE + "."));
            return possible;
        }
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            findings.accept(Finding.problem(
                    "home",
                    folder + " is no folder that you may write to. Name another one in " + Home.VARIABLE + "."));
            return false;
        }
        findings.accept(
                isPrivate(folder)
                        ? Finding.ok("home", folder + ", writable, closed to others.")
                        : Finding.warning(
                                "home",
                                folder + " can be opened by others, and your key is in it. Run chmod 700 on it."));
        return true;
    }

    private static Path existing(Path folder) {
        Path parent = folder;
        while (parent.getParent() != null && Files.notExists(parent)) {
            parent = parent.getParent();
        }
        return parent;
    }

    private static boolean isPrivate(Path folder) {
        try {
            return Files.getPosixFilePermissions(folder).stream().noneMatch(OTHERS::contains);
        } catch (IOException | UnsupportedOperationException e) {
            // No such rights on this system: whatever protects the user's folder protects this one.
            return true;
        }
    }

    private @Nullable Configuration settings(Consumer<Finding> findings) {
        try {
            Configuration configuration = Configuration.load(home.configurationFile());
            String text = Files.exists(home.configurationFile()) ? "readable." : "none; everything is as it comes.";
            findings.accept(Finding.ok("settings", home.configurationFile() + ": " + text));
            return configuration;
        } catch (PeerException e) {
            findings.accept(Finding.problem("settings", String.valueOf(e.getMessage())));
            return null;
        }
    }

    private Finding disk() {
        try {
            long free = Files.getFileStore(existing(home.folder())).getUsableSpace();
            String what = HumanText.size(free) + " free where the home is.";
            if (free < TOO_FEW_BYTES) {
                return Finding.problem("disk", what + " Make room, or name another folder in " + Home.VARIABLE + ".");
            }
            return free < SCARCE_BYTES
                    ? Finding.warning("disk", what + " Large downloads need more.")
                    : Finding.ok("disk", what);
        } catch (IOException e) {
            return Finding.warning("disk", "The free space cannot be told: " + Mistake.reason(e) + ".");
        }
    }

    private static @Nullable HostAndPort index(
            @Nullable HostAndPort named, @Nullable Configuration configuration, Consumer<Finding> findings) {
        HostAndPort index = named;
        String from = "named on the command line or in " + ServiceOptions.INDEX_VARIABLE;
        if (index == null && configuration != null) {
            index = configuration.value(Setting.INDEX).map(HostAndPort::parse).orElse(null);
            from = "configured";
        }
        if (index == null) {
            findings.accept(Finding.warning(
                    "index",
                    "None is configured. `shoal share` runs one itself; to use another's, run"
                            + " `shoal config index HOST:PORT`."));
            return null;
        }
        findings.accept(Finding.ok("index", index + ", " + from + "."));
        findings.accept(resolved(index));
        return index;
    }

    private static Finding resolved(HostAndPort index) {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(index.host());
            return Finding.ok("index address", index.host() + " is " + addresses[0].getHostAddress() + ".");
        } catch (UnknownHostException e) {
            return Finding.problem(
                    "index address",
                    "No host is called " + index.host() + ", or the name service does not answer. Check the name.");
        }
    }
}
