package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderChoice;
import dev.shoal.content.Name;
import dev.shoal.content.PathPatterns;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A name that a home follows, and the file or folder that keeps in step with it. Immutable.
 *
 * @param id its number in the list; 0 before it is in there
 * @param source what is followed
 * @param file where it is, absolute
 * @param folder which paths are wanted, when it is a folder; null for a file
 * @param terms how it is followed
 * @param seen the highest version that was dealt with: put there, put beside, or passed over by a person
 * @param present what was put there last, or was declared to be right; null for nothing yet
 * @param syncedMillis when the last version was put there, in milliseconds since 1970; 0 for never
 * @param savedBytes how much of all versions did not have to come from the network
 */
public record Subscription(
        long id,
        Source source,
        Path file,
        @Nullable PathPatterns folder,
        Terms terms,
        int seen,
        @Nullable Present present,
        long syncedMillis,
        long savedBytes) {

    /** Of a file. */
    public Subscription(
            long id,
            Source source,
            Path file,
            Terms terms,
            int seen,
            @Nullable Present present,
            long syncedMillis,
            long savedBytes) {
        this(id, source, file, null, terms, seen, present, syncedMillis, savedBytes);
    }

    /** How many replaced versions are kept when nothing is said. */
    public static final int USUAL_KEPT = 1;

    /** More versions of one file than anybody looks through. */
    public static final int MOST_KEPT = 1_000;

    /** How many versions stand beside a file that was edited, at most, when nothing is said. */
    public static final int USUAL_COPIES = 3;

    /**
     * What is followed.
     *
     * @param indexAddress where its index is, as {@code HOST:PORT}
     * @param indexKey fingerprint of the index
     * @param name the name
     * @param owner fingerprint of the owner who is believed
     */
    public record Source(String indexAddress, String indexKey, Name name, String owner) {}

    /**
     * How it is followed.
     *
     * @param keep how many replaced versions are kept
     * @param copies how many versions may stand beside a file that was edited
     * @param rate the most that comes in a second, as a person wrote it; null for no limit of its own
     */
    public record Terms(int keep, int copies, @Nullable String rate) {}

    /** What the file is that is there. */
    public enum Role {
        /** A version of the name. */
        VERSION,
        /** What a person made of it; when it is replaced, it is kept with the replaced versions. */
        EDIT,
        /** The same; when it is replaced, it stands beside the file. */
        EDIT_ASIDE
    }

    /**
     * What is under the name, as far as is known: a file that does not look so any more was edited.
     *
     * @param number of which version; 0 for what a person made
     */
    public record Present(int number, ContentId content, FileStamp stamp, Role role) {}

    /** What is wanted of a folder. */
    FolderChoice choice() {
        return folder == null ? FolderChoice.ALL : new FolderChoice("", folder);
    }

    /** The same with other paths that are wanted of a folder. */
    public Subscription wanting(PathPatterns other) {
        return new Subscription(id, source, file, other, terms, seen, present, syncedMillis, savedBytes);
    }

    /** The same, with another file there and more versions dealt with. */
    public Subscription with(int seenNow, @Nullable Present presentNow) {
        return new Subscription(id, source, file, folder, terms, seenNow, presentNow, syncedMillis, savedBytes);
    }

    /** The same, after a version was put there of which some bytes had not to be fetched. */
    public Subscription synced(long nowMillis, long saved) {
        return new Subscription(id, source, file, folder, terms, seen, present, nowMillis, savedBytes + saved);
    }

    /** The same under other terms. */
    public Subscription under(Terms other) {
        return new Subscription(id, source, file, folder, other, seen, present, syncedMillis, savedBytes);
    }
}
