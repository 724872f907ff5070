package dev.shoal.content;

import java.text.Normalizer;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What somebody wants of a folder. Immutable.
 *
 * @param inside a path in the folder: that file, or what is below that folder; empty for the whole folder
 * @param patterns which paths are wanted of that, seen from the whole folder
 */
public record FolderChoice(String inside, PathPatterns patterns) {

    /** All of it. */
    public static final FolderChoice ALL = new FolderChoice("", PathPatterns.ALL);

    /** With the path as paths are written in a folder. */
    public FolderChoice {
        inside = Normalizer.normalize(inside, Normalizer.Form.NFC);
    }

    /** Whether all of it is wanted. */
    public boolean isAll() {
        return inside.isEmpty() && patterns.isAll();
    }

    /** The numbers of the entries that are wanted. */
    public BitSet of(FolderListing listing) {
        List<FolderEntry> entries = listing.entries();
        PathPatterns.Matcher matcher = patterns.matcher();
        BitSet wanted = new BitSet(entries.size());
        for (int entry = 0; entry < entries.size(); entry++) {
            String path = entries.get(entry).path();
            boolean isInside = inside.isEmpty() || path.equals(inside) || path.startsWith(inside + "/");
            if (isInside && (patterns.isAll() || matcher.wants(path))) {
                wanted.set(entry);
            }
        }
        return wanted;
    }

    /**
     * The first of the links that are wanted which leads out of {@link #inside}: put there alone, it would lead to
     * something else.
     */
    public Optional<FolderEntry.Link> leadingOut(FolderListing listing) {
        return of(listing).stream()
                .mapToObj(entry -> listing.entries().get(entry))
                .filter(FolderEntry.Link.class::isInstance)
                .map(FolderEntry.Link.class::cast)
                .filter(link -> !inside.isEmpty() && !FolderRules.staysIn(link, relative(link.path())))
                .findFirst();
    }

    /** A path of what was chosen, seen from what was chosen; empty for that itself. */
    public String relative(String path) {
        if (inside.isEmpty()) {
            return path;
        }
        return path.equals(inside) ? "" : path.substring(inside.length() + 1);
    }
}
