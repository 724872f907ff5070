package dev.shoal.store;

import dev.shoal.content.FolderListing;
import dev.shoal.content.InvalidFolderException;
import dev.shoal.content.SafePath;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything in a folder, without following any link. What is neither file, folder nor link is left out, and
 * what programs of Shoal's keep in it for themselves; so is what goes away at that moment. Runs on the caller's thread.
 */
final class FolderScan {

    private static final String UNIX_ATTRIBUTES =
            "unix:ino,size,lastModifiedTime,isRegularFile,isDirectory,isSymbolicLink,mode";
    private static final String ATTRIBUTES = "basic:size,lastModifiedTime,isRegularFile,isDirectory,isSymbolicLink";
    private static final int OWNER_MAY_RUN = 0100;

    /** How deep folders are nested: more has no path that other systems take. */
    private static final int MAX_DEPTH = 256;

    private final boolean hasInodes;
    private final List<Found> found = new ArrayList<>();
    private final List<Path> folders = new ArrayList<>();
    private int leftOut;
    private long bytes;

    private FolderScan(boolean hasInodes) {
        this.hasInodes = hasInodes;
    }

    /** Something that was found in the folder. */
    sealed interface Found {
        /** Where it is in the folder, with slashes, in Unicode's normal form C. */
        String path();
    }

    /** A file. */
    record FoundFile(String path, Path file, FileStamp stamp, boolean executable) implements Found {}

    /** A folder in which nothing is. */
    record FoundEmpty(String path) implements Found {}

    /** A symbolic link, with what it says. */
    record FoundLink(String path, String target) implements Found {}

    /**
     * Looks at a folder.
     *
     * @throws InvalidFolderException when something in it has no name that can be shared, or too much is in it
     */
    static FolderScan of(Path folder) {
        FolderScan scan = new FolderScan(
                folder.getFileSystem().supportedFileAttributeViews().contains("unix"));
        try {
            scan.enter(folder, "", 0, null);
        } catch (IOException e) {
            throw Failures.of("cannot look through", folder, e);
        } catch (DirectoryIteratorException e) {
            throw Failures.of(
                    "cannot look through",
                    folder,
                    Objects.requireNonNullElseGet(e.getCause(), () -> new IOException(e)));
        }
        return scan;
    }

    /** Everything, in no order. */
    List<Found> found() {
        return Collections.unmodifiableList(found);
    }

    /** All folders that were looked into, the outermost first. */
    List<Path> folders() {
        return Collections.unmodifiableList(folders);
    }

    /** How many things were left out that are neither files, folders nor links. */
    int leftOut() {
        return leftOut;
    }

    /** How long all files are together. */
    long bytes() {
        return bytes;
    }

    /**
     * Looks into a folder.
     *
     * @param inode its number as it was found; null for the outermost, which may be named by a link
     */
    private boolean enter(Path folder, String before, int depth, @Nullable Object inode) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new InvalidFolderException("the path \"" + SafePath.visible(before) + "\" is too deep");
        }
        boolean empty = true;
        folders.add(folder);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                String name = String.valueOf(child.getFileName());
                if (isOurs(name)) {
                    continue;
                }
                if (name.indexOf('\uFFFD') >= 0) {
                    throw new InvalidFolderException("a name in \"" + SafePath.visible(folder.toString())
                            + "\" is not UTF-8 (" + SafePath.visible(name) + "): call it otherwise");
                }
                String path = before + Normalizer.normalize(name, Normalizer.Form.NFC);
                empty &= !look(child, path, depth);
            }
        }
        checkIsItself(folder, inode);
        return empty;
    }

    /** What was a folder a moment ago may be a link to another one by now: then that was looked into. */
    private void checkIsItself(Path folder, @Nullable Object inode) throws IOException {
        if (inode == null) {
            return;
        }
        Map<String, Object> now =
                Files.readAttributes(folder, hasInodes ? UNIX_ATTRIBUTES : ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        if (!is(now, "isDirectory") || !inode.equals(inode(now))) {
            throw new FileChangedException(
                    Failures.show(folder) + " was replaced while it was looked through. Try again");
        }
    }

    private static Object inode(Map<String, Object> seen) {
        return seen.getOrDefault("ino", "");
    }

    private static boolean isOurs(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith(".shoal-") || lower.endsWith(TargetPath.PART_SUFFIX);
    }

    private boolean look(Path child, String path, int depth) throws IOException {
        Map<String, Object> seen;
        try {
            seen = Files.readAttributes(child, hasInodes ? UNIX_ATTRIBUTES : ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException gone) {
            return false;
        }
        if (is(seen, "isRegularFile")) {
            add(file(child, path, seen));
        } else if (is(seen, "isDirectory")) {
            if (enter(child, path + "/", depth + 1, inode(seen))) {
                add(new FoundEmpty(path));
            }
        } else if (is(seen, "isSymbolicLink")) {
            String target = Files.readSymbolicLink(child).toString();
            add(new FoundLink(path, Normalizer.normalize(target, Normalizer.Form.NFC)));
        } else {
            leftOut++;
            return false;
        }
        return true;
    }

    private FoundFile file(Path child, String path, Map<String, Object> seen) {
        long size = seen.get("size") instanceof Long length ? length : 0;
        long modified = seen.get("lastModifiedTime") instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0;
        String inode = hasInodes ? String.valueOf(seen.get("ino")) : "";
        boolean executable = seen.get("mode") instanceof Integer mode && (mode & OWNER_MAY_RUN) != 0;
        bytes += size;
        return new FoundFile(path, child, new FileStamp(size, modified, inode), executable);
    }

    private void add(Found one) {
        if (found.size() == FolderListing.MAX_ENTRIES) {
            throw new InvalidFolderException(
                    "a folder has at most " + FolderListing.MAX_ENTRIES + " files, folders and links: share its parts");
        }
        found.add(one);
    }

    private static boolean is(Map<String, Object> seen, String what) {
        return seen.get(what) instanceof Boolean yes && yes;
    }
}
