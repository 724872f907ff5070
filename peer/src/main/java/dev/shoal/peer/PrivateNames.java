package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.protocol.PeerId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Which names this home shared privately, so that none of them becomes public because an index has lost or forgotten
 * that they were not. A text file beside the known keys. Thread-safe.
 */
final class PrivateNames {

    /** More names than a person shares privately; beyond, the oldest are forgotten. */
    static final int MAX_NAMES = 10_000;

    private final KeptLines lines;

    /** The names in a file, which need not exist yet. */
    PrivateNames(Path file) {
        this.lines = new KeptLines(file, MAX_NAMES, "names that were shared privately");
    }

    /** Whether the last that this home shared under a name at an index was private. */
    boolean isPrivate(PeerId index, Name name) {
        return lines.find(line(index, name)).isPresent();
    }

    /** Remembers how a name was shared. */
    void shared(PeerId index, Name name, boolean isPrivate) {
        String line = line(index, name);
        if (isPrivate) {
            lines.replace(line, "");
        } else {
            lines.remove(line::equals);
        }
    }

    private static String line(PeerId index, Name name) {
        return "private " + index.fingerprint() + " " + URLEncoder.encode(name.text(), StandardCharsets.UTF_8) + " ";
    }
}
