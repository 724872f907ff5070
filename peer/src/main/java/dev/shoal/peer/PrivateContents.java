package dev.shoal.peer;

import dev.shoal.content.ContentId;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Which contents are here of private shares, and with whom they were shared, so that no name or link that somebody made
 * for the same bytes gets them out of this home to others. A content belongs to the circle that it was shared with or
 * got from. Got from another one as well, it belongs to none, as nobody can tell later which bytes came from where. It
 * is everybody's once this home's user shares it with everybody himself. A text file beside the known keys; when it is
 * full, nothing is forgotten, and what it does not name counts as belonging to nobody. Thread-safe.
 */
final class PrivateContents {

    /** More contents than a person shares and gets privately. */
    static final int MAX_CONTENTS = 10_000;

    private static final String NOBODY = "-";

    private final KeptLines lines;

    /** The contents in a file, which need not exist yet. */
    PrivateContents(Path file) {
        this.lines = new KeptLines(file, MAX_CONTENTS, "contents that are private");
    }

    /** Whether this content is known to be private. */
    boolean isKnown(ContentId content) {
        return lines.find(start(content)).isPresent();
    }

    /** It is here for a private share, and it is not known yet for whom. */
    synchronized void hold(ContentId content) {
        if (!isKnown(content) && !isFull()) {
            lines.replace(start(content), NOBODY);
        }
    }

    /** The user of this home shares it so: that is what counts from now on. */
    synchronized void shared(ShareKey key) {
        Circle circle = key.circle();
        String start = start(key.content());
        if (circle != null && (isKnown(key.content()) || !isFull())) {
            lines.replace(start, text(circle));
        } else if (circle == null && !isFull()) {
            // From a full file nothing goes, or what was not added to it would no longer be held back.
            lines.remove(line -> line.startsWith(start));
        }
    }

    /**
     * It is about to be got so.
     *
     * @return whether what is here already may be taken for it, and whether others may get it here then
     */
    synchronized boolean passesOn(ShareKey key) {
        Circle circle = key.circle();
        String start = start(key.content());
        Optional<String> known = lines.find(start);
        if (known.isPresent()) {
            boolean same = circle != null && known.get().equals(text(circle));
            if (circle != null && !same) {
                lines.replace(start, NOBODY);
            }
            return same;
        }
        if (isFull()) {
            return false;
        }
        if (circle != null) {
            lines.replace(start, text(circle));
        }
        return true;
    }

    private boolean isFull() {
        return lines.count() >= MAX_CONTENTS;
    }

    private static String start(ContentId content) {
        return "content " + HexFormat.of().formatHex(content.root().toBytes()) + " " + content.length() + " ";
    }

    private static String text(Circle circle) {
        return circle.index().id().fingerprint() + " " + circle.audience();
    }
}
