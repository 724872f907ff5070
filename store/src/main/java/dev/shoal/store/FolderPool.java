package dev.shoal.store;

import dev.shoal.content.ContentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files that are about to be put into a folder that is followed, each with the right bytes and forced: those that
 * came from the network, those that the folder had elsewhere, and those that go away there. In a folder of its own on
 * the same disk, which is gone when all are where they belong. For one update at a time.
 */
final class FolderPool {

    /** Under such a name, with the number of an entry, a file waits that is put there next, or what was there. */
    private static final String NEXT = "next-";

    private static final String COPY = "copy";

    private final Path folder;
    private final PlacingDisk disk;
    private final FileHasher hasher;
    private final Map<ContentId, Path> files = new HashMap<>();
    private final Map<ContentId, Integer> uses = new HashMap<>();

    FolderPool(Path folder, PlacingDisk disk, FileHasher hasher) {
        this.folder = folder;
        this.disk = disk;
        this.hasher = hasher;
    }

    /** Where it is; made when it is missing. */
    Path folder() {
        Folders.makePrivate(folder);
        return folder;
    }

    /** Where a content is kept, or is to be. */
    Path place(ContentId content) {
        return folder().resolve(content.toString());
    }

    /** Where the file of an entry waits. */
    Path next(int entry) {
        return folder().resolve(NEXT + entry);
    }

    /** How often a content is needed. */
    void needs(Map<ContentId, Integer> needed) {
        uses.putAll(needed);
    }

    /** Whether there is a file of a content. */
    boolean has(ContentId content) {
        return files.containsKey(content);
    }

    /** A file has a content, and may be taken away from where it is. */
    void add(ContentId content, Path file) {
        files.put(content, file);
    }

    /** What an interrupted update left here, if it is right. */
    boolean isLeft(ContentId content) {
        return folderIsThere() && isRight(place(content), content);
    }

    boolean folderIsThere() {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether a file has a content; it is read. */
    boolean isRight(Path file, ContentId content) {
        Optional<FileStamp> stamp = Replacement.stampOf(file);
        try {
            return stamp.isPresent()
                    && stamp.get().size() == content.length()
                    && hasher.hash(file).id().equals(content);
        } catch (StoreException unreadable) {
            return false;
        }
    }

    /** Copies a file that has to stay where it is. Returns whether it has the content. */
    boolean copy(ContentId content, Path file) {
        Path copy = folder().resolve(COPY);
        try {
            Files.deleteIfExists(copy);
            Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS);
            if (!isRight(copy, content)) {
                return false;
            }
            Folders.forceFile(copy);
            disk.move(copy, place(content));
            files.put(content, place(content));
            return true;
        } catch (NoSuchFileException gone) {
            return false;
        } catch (IOException e) {
            throw DiskSpace.writeFailed(folder, content.length(), e);
        }
    }

    /** Has the file of an entry wait under its name here, with the bytes of a content. */
    Path take(ContentId content, int entry) throws IOException {
        Path next = next(entry);
        if (content.length() == 0) {
            Files.deleteIfExists(next);
            return Files.createFile(next);
        }
        Path file = files.get(content);
        if (file == null) {
            throw new FileChangedException("a file that is to be put there is gone from " + Failures.show(folder));
        }
        if (uses.merge(content, -1, Integer::sum) > 0) {
            Path copy = folder().resolve(COPY);
            Files.deleteIfExists(copy);
            Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS);
            Folders.forceFile(copy);
            disk.move(copy, next);
        } else {
            disk.move(file, next);
        }
        return next;
    }

    /** Removes it. */
    void close() {
        FolderTree.deleteQuietly(folder);
    }
}
