package dev.shoal.store;

import dev.shoal.content.FolderEntry;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts single files into a folder that is followed, each in one step, and takes others away. What had the name at the
 * last moment is never gone: it is looked at afterwards, and what was written to it meanwhile is put beside it. For one
 * update; runs on the caller's thread.
 */
final class FolderPlacing {

    /** Under this name, where files wait, is what is just being taken away. */
    static final String REMOVED = "removed";

    /** Under this one is what is just being replaced. */
    static final String SECOND = "second";

    private final Path root;
    private final FolderTree tree;
    private final PlacingDisk disk;
    private final FolderPool pool;
    private final @Nullable Path kept;
    private final Path edits;
    private final boolean editsAside;
    private final Consumer<Path> setAside;

    /**
     * For an update.
     *
     * @param kept the folder in which replaced files are kept; null when they are not
     * @param edits the folder for what a person made and wants to be replaced
     * @param editsAside whether that stands beside the new file instead
     * @param setAside is told where a file is that somebody wrote to in the moment in which it was replaced
     */
    FolderPlacing(
            Path root,
            PlacingDisk disk,
            FolderPool pool,
            @Nullable Path kept,
            Path edits,
            boolean editsAside,
            Consumer<Path> setAside) {
        this.root = root;
        this.tree = new FolderTree(root);
        this.disk = disk;
        this.pool = pool;
        this.kept = kept;
        this.edits = edits;
        this.editsAside = editsAside;
        this.setAside = setAside;
    }

    /** Takes away what nobody edited; its bytes stay for other files of the version, if they are needed. */
    void remove(FolderPlan.Remove step, boolean isNeeded) throws IOException {
        Path file = root.resolve(step.path());
        if (step.here() instanceof AtPath.AFolder) {
            removeIfEmpty(file);
            return;
        }
        Path out = pool.folder().resolve(REMOVED);
        try {
            disk.move(file, out);
        } catch (NoSuchFileException gone) {
            return;
        }
        if (!isNeeded || !(step.here() instanceof AtPath.AFile here)) {
            settle(out, step.path(), step.here());
        } else if (isUnchanged(out, here)) {
            // Only what it is known to be gets its name there: a file under it is used, or deleted in the end.
            Path place = pool.place(here.content());
            disk.move(out, place);
            pool.add(here.content(), place);
        } else {
            giveBack(out, file);
            throw changed(file);
        }
        removeEmptyFolders(file);
    }

    /** Folders that have nothing in them any more since something was taken out. */
    private void removeEmptyFolders(Path file) {
        for (Path folder = file.getParent();
                folder != null && !folder.equals(root) && folder.startsWith(root) && removeIfEmpty(folder);
                folder = folder.getParent()) {
            tree.forget();
        }
    }

    private static boolean removeIfEmpty(Path folder) {
        try {
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && Files.deleteIfExists(folder);
        } catch (IOException stays) {
            return false;
        }
    }

    /**
     * Puts an entry at its place.
     *
     * @param number that of the entry in its list
     * @return what it looks like now; empty when something is in the way, which stays
     * @throws FileChangedException when something else is there by now
     */
    Optional<FolderState.Owned> put(FolderPlan.Put step, int number) throws IOException {
        Path file;
        try {
            file = tree.place(step.path());
        } catch (NotDirectoryException e) {
            throw changed(root.resolve(step.path()));
        }
        if (step.here() instanceof AtPath.AFolder && !emptied(file)) {
            return Optional.empty();
        }
        boolean isFree = step.here() instanceof AtPath.Missing || step.here() instanceof AtPath.AFolder;
        if (step.entry() instanceof FolderEntry.EmptyFolder && isFree) {
            tree.enter(file);
            return Optional.of(new FolderState.Owned(step.entry(), null));
        }
        FileStamp stamp = null;
        Path next = pool.next(number);
        switch (step.entry()) {
            case FolderEntry.File entry -> {
                pool.take(entry.content(), number);
                FolderLanding.setExecutable(entry, next);
                stamp = FileStamp.of(next);
            }
            case FolderEntry.Link link -> FolderLanding.makeLink(link, next);
            case FolderEntry.EmptyFolder folder -> {
                Files.deleteIfExists(next);
                Files.createDirectory(next);
            }
        }
        if (isFree) {
            placeNew(next, file);
        } else {
            replace(step, next, file);
        }
        return Optional.of(new FolderState.Owned(step.entry(), stamp));
    }

    private static boolean emptied(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw changed(folder);
        }
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    /** Puts a file where nothing is. */
    void placeNew(Path next, Path file) throws IOException {
        try {
            if (Files.isSymbolicLink(next) || !disk.link(file, next)) {
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw changed(file);
                }
                disk.move(next, file);
            } else {
                disk.delete(next);
            }
        } catch (FileAlreadyExistsException e) {
            throw changed(file);
        }
    }

    private void replace(FolderPlan.Put step, Path next, Path file) throws IOException {
        if (!isUnchanged(file, step.here())) {
            throw changed(file);
        }
        if (step.entry() instanceof FolderEntry.File entry && step.here() instanceof AtPath.AFile) {
            takeRights(file, next);
            FolderLanding.setExecutable(entry, next);
        }
        if (disk.exchange(next, file)) {
            if (step.edited()) {
                putAside(next, step.path());
            } else {
                settle(next, step.path(), step.here());
            }
            return;
        }
        replaceByMoving(step, next, file);
    }

    /** Where names cannot be exchanged, the old file gets a second name first, and the new one is moved over it. */
    private void replaceByMoving(FolderPlan.Put step, Path next, Path file) throws IOException {
        Path second = pool.folder().resolve(SECOND);
        disk.delete(second);
        if (step.here() instanceof AtPath.ALink link) {
            Files.createSymbolicLink(second, second.getFileSystem().getPath(link.target()));
        } else if (!disk.link(second, file)) {
            disk.copy(file, second);
        }
        if (!isUnchanged(file, step.here())) {
            throw changed(file);
        }
        if (step.edited()) {
            // Before it loses its first name, as nothing else tells it from what nobody made.
            putAside(second, step.path());
            disk.move(next, file);
        } else {
            disk.move(next, file);
            settle(second, step.path(), step.here());
        }
    }

    /** The new file may be read and written by whom the old one could be. */
    private static void takeRights(Path old, Path next) throws IOException {
        if (old.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(old, LinkOption.NOFOLLOW_LINKS);
            Files.setPosixFilePermissions(next, rights);
        }
    }

    /** What came out is kept, if it is what it was taken for; else somebody wrote to it in the last moment. */
    void settle(Path out, String path, AtPath expected) throws IOException {
        if (!isUnchanged(out, expected)) {
            Path aside = Beside.free(reachable(path), "edited here");
            disk.move(out, aside);
            setAside.accept(aside);
        } else if (kept == null || Files.isDirectory(out, LinkOption.NOFOLLOW_LINKS)) {
            disk.delete(out);
        } else {
            disk.move(out, made(kept.resolve(path)));
        }
    }

    /** A path, of which the folders are there; or the followed folder, where that cannot be. */
    private Path reachable(String path) throws IOException {
        try {
            return tree.place(path);
        } catch (NotDirectoryException e) {
            return root;
        }
    }

    private void putAside(Path out, String path) throws IOException {
        Path file = root.resolve(path);
        disk.move(out, editsAside ? Beside.free(file, "edited here") : made(edits.resolve(path)));
    }

    /** A free name like this one, whose folder is there. */
    private static Path made(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Beside.free(file, "edited here") : file;
    }

    private void giveBack(Path out, Path file) throws IOException {
        try {
            if (!disk.link(file, out)) {
                disk.move(out, file);
            } else {
                disk.delete(out);
            }
        } catch (FileAlreadyExistsException e) {
            Path aside = Beside.free(file, "edited here");
            disk.move(out, aside);
            setAside.accept(aside);
        }
    }

    /** A copy or a file that was only touched has another stamp: then its bytes decide. */
    private boolean isUnchanged(Path file, AtPath expected) throws IOException {
        return switch (expected) {
            case AtPath.AFile here ->
                Replacement.stampOf(file).filter(here.stamp()::equals).isPresent()
                        || pool.isRight(file, here.content());
            case AtPath.ALink link ->
                Files.isSymbolicLink(file) && FolderLooking.target(file).equals(link.target());
            case AtPath.AFolder folder -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
            default -> false;
        };
    }

    private static FileChangedException changed(Path file) {
        return new FileChangedException(
                Failures.show(file) + " was written to at the moment when it was to be replaced");
    }
}
