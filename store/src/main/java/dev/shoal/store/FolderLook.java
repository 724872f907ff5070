package dev.shoal.store;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a folder looks like, without reading any file: two that are equal are of the same state, as far as stamps tell.
 * Immutable.
 */
public final class FolderLook {

    private final FolderScan scan;
    private final Set<FolderScan.Found> found;

    private FolderLook(FolderScan scan) {
        this.scan = scan;
        this.found = new HashSet<>(scan.found());
    }

    /**
     * Looks at a folder.
     *
     * @throws dev.shoal.content.InvalidFolderException when something in it has no name that can be shared
     * @throws StoreException when it cannot be looked through
     */
    public static FolderLook of(Path folder) {
        return of(FolderScan.of(folder));
    }

    static FolderLook of(FolderScan scan) {
        return new FolderLook(scan);
    }

    /** All of what was seen. */
    FolderScan scan() {
        return scan;
    }

    /** It and all folders in it, the outermost first. */
    public List<Path> folders() {
        return scan.folders();
    }

    /** Whether nothing is in it. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** All files in it. */
    public List<Path> files() {
        return found.stream()
                .filter(FolderScan.FoundFile.class::isInstance)
                .map(one -> ((FolderScan.FoundFile) one).file())
                .toList();
    }

    /** The files that are not so in another state of it. */
    public List<Path> changedFiles(FolderLook before) {
        return changed(before).map(FolderScan.FoundFile::file).toList();
    }

    /** Whether some of these have no byte: many programs empty a file before they write it. */
    public boolean hasEmptied(FolderLook before) {
        return changed(before).anyMatch(file -> file.stamp().size() == 0);
    }

    private Stream<FolderScan.FoundFile> changed(FolderLook before) {
        return found.stream()
                .filter(one -> !before.found.contains(one))
                .filter(FolderScan.FoundFile.class::isInstance)
                .map(FolderScan.FoundFile.class::cast);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FolderLook look && found.equals(look.found);
    }

    @Override
    public int hashCode() {
        return found.hashCode();
    }

    @Override
    public String toString() {
        return found.size() + " entries in " + folders().size() + " folders";
    }
}
