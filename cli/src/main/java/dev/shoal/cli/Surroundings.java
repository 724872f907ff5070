package dev.shoal.cli;

import dev.shoal.peer.Home;
import dev.shoal.peer.PeerException;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * Everything outside of a command that it may touch, so that a test can put its own in place. Immutable; what it holds
 * is thread-safe.
 *
 * @param environment environment variables
 * @param folder the current folder, absolute
 * @param input standard input
 * @param output standard output for data, not for text; text goes to the screen
 * @param inputIsTerminal whether a person types the input
 * @param secrets where passwords come from
 * @param screen where results and remarks go
 * @param time tells the time
 * @param interruption tells when the program must stop
 * @param services the rooms below
 */
record Surroundings(
        Map<String, String> environment,
        Path folder,
        InputStream input,
        OutputStream output,
        boolean inputIsTerminal,
        SecretInput secrets,
        Screen screen,
        InstantSource time,
        Interruption interruption,
        Services services) {

    /** What stands for bytes that are no text in the arguments of this process. */
    private static final char UNREADABLE = '\ufffd';

    /** The folder of this peer's state. */
    Home home() {
        return Home.of(environment);
    }

    /**
     * A path as the person meant it, absolute.
     *
     * @throws dev.shoal.peer.PeerException when the text is no path
     */
    Path absolute(String path) {
        try {
            return folder.resolve(path).normalize();
        } catch (InvalidPathException e) {
            throw Mistake.usage("\"" + path + "\" is no path: " + e.getReason() + ".");
        }
    }

    /**
     * The path of a file that is to be read.
     *
     * @throws dev.shoal.peer.PeerException when the text cannot be that of a file
     */
    Path source(String path) {
        if (path.isEmpty()) {
            throw Mistake.usage("An empty text names no file.");
        }
        Path absolute = absolute(path);
        if (endsAsFolder(path) && Files.isRegularFile(absolute)) {
            throw Mistake.usage(path + " is a file and no folder: leave the slash at its end away.");
        }
        if (path.indexOf(UNREADABLE) >= 0 && Files.notExists(absolute)) {
            throw Mistake.usage("The name of the file " + path + " is not text in UTF-8, so that it cannot be opened"
                    + " here. Rename it, or share it as standard input: `shoal share - --name NAME`.");
        }
        return absolute;
    }

    /**
     * The path of a file that is to be written, or of the folder for it. What ends with a slash is a folder.
     *
     * @throws dev.shoal.peer.PeerException when there is no such folder
     */
    Path target(String path) {
        Path absolute = absolute(path);
        if (endsAsFolder(path) && !Files.isDirectory(absolute)) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "There is no folder " + absolute + ". Make it first, or leave the slash at the end away to have a"
                            + " file of that name.");
        }
        return absolute;
    }

    private static boolean endsAsFolder(String path) {
        return path.endsWith("/") || path.endsWith(File.separator);
    }
}
