package dev.shoal.peer;

import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process that was killed has left behind of its page: the address in the file {@code web}, where another
 * program may answer by now and would be sent the token, and the file that leads a browser there. Whoever runs the peer
 * next takes both away before anybody can reach it, whether it has a page or none. Runs on the caller's thread, which
 * holds the lock of the home; the files of a page that is there are not its matter.
 */
final class OldPage {

    private OldPage() {}

    /**
     * Takes it away. The token stays, for the next page, unless others may have read it.
     *
     * @throws IOException when the address is there and cannot be taken away
     */
    static void remove(Home home) throws IOException {
        removeLead(home.pageFile());
        Path file = home.webFile();
        if (Files.exists(file) && SecretFile.isOpenToOthers(file)) {
            Files.delete(file);
            return;
        }
        List<String> lines = lines(file);
        if (lines.size() < 2 || lines.getFirst().isEmpty()) {
            return;
        }
        try {
            SecretFile.write(file, "\n" + lines.get(1) + "\n");
        } catch (IOException e) {
            // The disk is full, say. Better another token the next time than this one told to a stranger.
            Files.deleteIfExists(file);
        }
    }

    private static void removeLead(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // Only its owner can read it, and it is written anew before it is opened again.
            return;
        }
    }

    /** None where there is no such file, or none that anybody here could read either. */
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return List.of();
        }
    }
}
