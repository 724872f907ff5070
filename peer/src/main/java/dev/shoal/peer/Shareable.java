package dev.shoal.peer;

import dev.shoal.store.FileStamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What may be shared of what is on the disk, before it is read. Any thread. */
final class Shareable {

    private final Home home;

    /** For a home, which is not shared itself. */
    Shareable(Home home) {
        this.home = home;
    }

    /** What is not there yet may be a mistake; what goes away later may come back. */
    void checkThere(List<String> paths) {
        for (String path : paths) {
            check(Path.of(path));
            if (!Files.isDirectory(Path.of(path))) {
                FileStamp.of(Path.of(path));
            }
        }
    }

    /**
     * Checks one of them.
     *
     * @throws PeerException with reason USAGE when nobody should get it, or it cannot be read twice
     */
    void check(Path path) {
        String mistake = null;
        if (Files.isDirectory(path)) {
            checkHome(path);
            return;
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            mistake = " is a pipe or a device, not a file. What comes out of it can be shared as standard input, with"
                    + " `shoal share - --name NAME`.";
        } else if (isMadeUp(path)) {
            mistake = " is said to be empty and has data, which the system makes while it is read. Copy it into a file,"
                    + " and share that.";
        }
        if (mistake != null) {
            throw new PeerException(PeerException.Reason.USAGE, path + mistake);
        }
    }

    /** Whoever got the keys of this home would be who its owner is. */
    private void checkHome(Path path) {
        try {
            if (home.folder().toRealPath().startsWith(path.toRealPath())) {
                throw new PeerException(
                        PeerException.Reason.USAGE,
                        "In " + path + " is the home " + home.folder() + " with the keys of this peer, which"
                                + " nobody else may have. Share another folder, or what is in it.");
            }
        } catch (IOException e) {
            // Whoever reads it says what is wrong with it.
            return;
        }
    }

    private static boolean isMadeUp(Path path) {
        if (!Files.isRegularFile(path) || path.toFile().length() > 0) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return in.read() >= 0;
        } catch (IOException e) {
            // Whoever hashes it says what is wrong with it.
            return false;
        }
    }
}
