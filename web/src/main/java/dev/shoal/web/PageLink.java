package dev.shoal.web;

import dev.shoal.peer.FileChange;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerException;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How the browser of its user gets to the page of a peer that is up. A program's arguments can be read by everybody on
 * a machine, so a browser is not given the token there, but a file to open that only the user can read and that leads
 * to the page. Immutable; any thread.
 *
 * @param address where the peer answers
 * @param token what lets its user in
 */
public record PageLink(String address, String token) {

    /** Of the peer of a home that runs, in whatever process; empty when none does, or it has no page. */
    public static Optional<PageLink> of(Home home) {
        try {
            List<String> lines = Files.readAllLines(home.webFile(), StandardCharsets.UTF_8);
            return lines.size() > 1 && !lines.getFirst().isEmpty()
                    ? Optional.of(new PageLink(lines.getFirst(), lines.get(1)))
                    : Optional.empty();
        } catch (IOException e) {
            // There is none that could be read.
            return Optional.empty();
        }
    }

    /** What a person opens: it gives the browser the token. */
    public String entrance() {
        return address + "/?token=" + token;
    }

    /**
     * Writes the file that leads a browser there. What is behind {@code #} is not sent to anybody: the page that it
     * comes to reads it there and asks the peer itself to be let in, which the peer would not do for what another page
     * than its own asks for.
     *
     * @throws PeerException when it cannot be written
     */
    public Path write(Home home) {
        String there = address + "/#token=" + token;
        String text = """
                <!doctype html>
                <meta charset="utf-8">
                <meta name="referrer" content="no-referrer">
                <meta http-equiv="refresh" content="0; url=%s">
                <title>Shoal</title>
                <p><a href="%s">The page of your peer</a></p>
                """.formatted(there, there);
        try {
            // Two commands may do so at once.
            FileChange.of(home.pageFile(), () -> SecretFile.write(home.pageFile(), text));
            return home.pageFile();
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK, "The file " + home.pageFile() + " cannot be written: " + e, e);
        }
    }

    /** Nobody answers there any more. */
    static void remove(Home home) {
        try {
            Files.deleteIfExists(home.pageFile());
        } catch (IOException e) {
            // Only its owner can read it, and it is written anew before it is opened again.
            return;
        }
    }
}
