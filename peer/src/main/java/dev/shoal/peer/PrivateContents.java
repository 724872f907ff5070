package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.protocol.PeerKey;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Which contents are here of private shares, and with whom they were shared, so that no name or link that somebody made
 * for the same bytes gets them out of this home to others. A content belongs to the circle that it was shared with or
 * got from, and to other circles that the same owner shares the same content with, as each version has one of its own.
 * Got from another owner as well, it belongs to none, as nobody can tell later which bytes came from where. It is
 * everybody's once this home's user shares it with everybody himself. A text file beside the known keys; when it is
 * full, nothing is forgotten, and what it does not name counts as belonging to nobody. Thread-safe.
 */
final class PrivateContents {

    /** As many as names are remembered that were private: some 40 MB of memory. */
    static final int MAX_CONTENTS = 200_000;

    private static final String NOBODY = "-";

    private final KeptLog log;

    /** The contents in a file, which need not exist yet. */
    PrivateContents(Path file) {
        this(file, MAX_CONTENTS);
    }

    /** With room for fewer. */
    PrivateContents(Path file, int most) {
        this.log = new KeptLog(file, KeptLog.Kind.ofPrivate(most, "contents that are private"));
    }

    /** Whether this content is known to be private. */
    boolean isKnown(ContentId content) {
        return log.find(key(content)).isPresent();
    }

    /** It is here for a private share, and it is not known yet for whom. */
    synchronized void hold(ContentId content) {
        if (!isKnown(content) && !log.isFull()) {
            log.put(key(content), NOBODY);
        }
    }

    /**
     * The user of this home shares it so: that is what counts from now on.
     *
     * @param owner who shares it with a circle, by the record of the version
     */
    synchronized void shared(ShareKey share, PeerKey owner) {
        Circle circle = share.circle();
        String key = key(share.content());
        if (circle != null && (isKnown(share.content()) || !log.isFull())) {
            log.put(key, text(circle, owner));
        } else if (circle == null && !log.isFull()) {
            // From a full file nothing goes, or what was not added to it would no longer be held back.
            log.remove(key);
        }
    }

    /**
     * It is about to be got so.
     *
     * @param owner who shares it, by the record of the version
     * @return whether what is here already may be taken for it, and whether others may get it here then
     */
    synchronized boolean passesOn(ShareKey share, PeerKey owner) {
        Circle circle = share.circle();
        String key = key(share.content());
        Optional<String> known = log.find(key);
        if (known.isPresent()) {
            boolean same = circle != null && isSame(known.get(), circle, owner);
            if (circle != null) {
                log.put(key, same ? text(circle, owner) : NOBODY);
            }
            return same;
        }
        if (log.isFull()) {
            return false;
        }
        if (circle != null) {
            log.put(key, text(circle, owner));
        }
        return true;
    }

    private static String key(ContentId content) {
        return "content " + HexFormat.of().formatHex(content.root().toBytes()) + " " + content.length();
    }

    private static String text(Circle circle, PeerKey owner) {
        return circle.index().id().fingerprint() + " " + circle.audience() + " "
                + owner.id().fingerprint();
    }

    /** Lines from before had no owner. */
    private static boolean isSame(String known, Circle circle, PeerKey owner) {
        List<String> words = List.of(known.split(" "));
        String index = circle.index().id().fingerprint();
        return switch (words.size()) {
            case 2 -> words.equals(List.of(index, circle.audience().toString()));
            case 3 ->
                words.getFirst().equals(index)
                        && words.getLast().equals(owner.id().fingerprint());
            default -> false;
        };
    }
}
