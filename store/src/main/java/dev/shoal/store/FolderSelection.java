package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderListing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a version are to come: those whose bytes are nowhere here. Large ones of which another version is here
 * are left for a second time, when that is compared with what comes. Thread-safe.
 */
final class FolderSelection implements PartialFolder.Selection {

    /** Shorter files are fetched whole: to compare them would take a round trip more. */
    private static final long COMPARED_BYTES = 1024 * 1024;

    /** How many files are compared: each is read whole. */
    private static final int MOST_COMPARED = 16;

    private final Map<String, FolderState.Owned> owned;
    private final Function<FolderListing, Set<ContentId>> missing;

    /** Files here of which other versions are to come; null before the first time. */
    private @Nullable List<FolderState.Owned> alike;

    /**
     * Of a folder.
     *
     * @param owned what was put there
     * @param missing says, in a set of the caller's own, what is nowhere here of a version
     */
    FolderSelection(Map<String, FolderState.Owned> owned, Function<FolderListing, Set<ContentId>> missing) {
        this.owned = owned;
        this.missing = missing;
    }

    @Override
    public synchronized BitSet of(FolderListing listing) {
        Set<ContentId> contents = missing.apply(listing);
        List<FolderEntry> entries = listing.entries();
        BitSet chosen = new BitSet(entries.size());
        List<FolderState.Owned> older = new ArrayList<>();
        for (int entry = 0; entry < entries.size(); entry++) {
            if (entries.get(entry) instanceof FolderEntry.File file && contents.remove(file.content())) {
                FolderState.Owned before = owned.get(file.path());
                boolean isCompared = alike == null && before != null && isOlder(before.entry(), file);
                if (isCompared && older.size() < MOST_COMPARED) {
                    older.add(before);
                } else {
                    chosen.set(entry);
                }
            }
        }
        if (alike == null) {
            alike = older;
        }
        return chosen;
    }

    private static boolean isOlder(FolderEntry before, FolderEntry.File file) {
        return before instanceof FolderEntry.File older
                && older.content().length() >= COMPARED_BYTES
                && file.content().length() >= COMPARED_BYTES
                && !older.content().equals(file.content());
    }

    /** Whether files were left for a second time. */
    synchronized boolean isLeft() {
        return alike != null && !alike.isEmpty();
    }

    /** Opens the versions of them that are here, as far as nobody has edited them. */
    synchronized List<SimilarFile> versions(Path root) {
        List<SimilarFile> files = new ArrayList<>();
        if (alike != null) {
            alike.forEach(one -> open(root, one, files));
        }
        return files;
    }

    private static void open(Path root, FolderState.Owned one, List<SimilarFile> files) {
        FileStamp stamp = one.stamp();
        try {
            if (stamp != null && one.entry() instanceof FolderEntry.File file) {
                files.add(SimilarFile.open(root.resolve(file.path()), stamp, file.content()));
            }
        } catch (StoreException e) {
            // It is gone, or was edited: then more has to be fetched.
            return;
        }
    }
}
