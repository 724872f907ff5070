package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.protocol.PeerId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Which names this home shared privately, so that none of them becomes public because an index has lost or forgotten
 * that they were not. None is forgotten: where there is no room for one more, it is not shared. A text file beside the
 * known keys. Thread-safe.
 */
final class PrivateNames {

    /** Twice as many as an index lets a key have: some 40 MB of memory. */
    static final int MAX_NAMES = 200_000;

    private final KeptLog log;

    /** The names in a file, which need not exist yet. */
    PrivateNames(Path file) {
        this(file, MAX_NAMES);
    }

    /** With room for fewer. */
    PrivateNames(Path file, int most) {
        this.log = new KeptLog(file, KeptLog.Kind.ofPrivate(most, "names that were shared privately"));
    }

    /** Whether the last that this home shared under a name at an index was private. */
    boolean isPrivate(PeerId index, Name name) {
        return log.find(key(index, name)).isPresent();
    }

    /**
     * Remembers how a name is shared.
     *
     * @throws PeerException when there are too many, or the disk does not take it
     */
    void shared(PeerId index, Name name, boolean isPrivate) {
        String key = key(index, name);
        if (isPrivate) {
            log.put(key, "");
        } else {
            log.remove(key);
        }
    }

    private static String key(PeerId index, Name name) {
        return "private " + index.fingerprint() + " " + URLEncoder.encode(name.text(), StandardCharsets.UTF_8);
    }
}
