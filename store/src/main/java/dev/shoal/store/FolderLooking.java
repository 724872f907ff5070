package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks what is under paths of a folder that is followed. A file that looks as it did when it was put there is not
 * read; any other is hashed. No link is followed. For one plan: what was found of folders is believed until then.
 */
final class FolderLooking {

    private final Path root;
    private final Map<String, FolderState.Owned> owned;
    private final FileHasher hasher;

    /** What blocks a folder; empty for nothing. */
    private final Map<String, Optional<String>> blocks = new HashMap<>();

    FolderLooking(Path root, Map<String, FolderState.Owned> owned, FileHasher hasher) {
        this.root = root;
        this.owned = owned;
        this.hasher = hasher;
    }

    /** What is there. */
    AtPath at(String path) {
        Optional<String> blocked = blocked(parent(path));
        if (blocked.isPresent()) {
            return new AtPath.Blocked(blocked.get());
        }
        Path file = root.resolve(path);
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (seen.isRegularFile()) {
                return file(path, file);
            }
            if (seen.isSymbolicLink()) {
                return new AtPath.ALink(target(file));
            }
            return seen.isDirectory() ? new AtPath.AFolder() : new AtPath.Other();
        } catch (NoSuchFileException e) {
            return new AtPath.Missing();
        } catch (IOException e) {
            throw Failures.of("cannot look at", file, e);
        }
    }

    /** What a link says, written as in a list. */
    static String target(Path link) throws IOException {
        return Normalizer.normalize(Files.readSymbolicLink(link).toString(), Normalizer.Form.NFC);
    }

    private AtPath file(String path, Path file) {
        FileStamp stamp = FileStamp.of(file);
        FolderState.Owned before = owned.get(path);
        if (before != null && stamp.equals(before.stamp()) && before.entry() instanceof FolderEntry.File known) {
            return new AtPath.AFile(stamp, known.content());
        }
        try {
            HashedFile hashed = hasher.hash(file);
            return new AtPath.AFile(hashed.stamp(), hashed.id());
        } catch (FileAccessException unreadable) {
            // Whoever made it so does not want it to be replaced.
            return new AtPath.Other();
        }
    }

    /** Whether the file of a path is there and has a content, as it was put there. */
    boolean has(FolderState.Owned one, ContentId content) {
        return at(one.entry().path()) instanceof AtPath.AFile here
                && here.content().equals(content);
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** The first of a folder and those that it is in which is no folder; empty when all are, or are not there. */
    private Optional<String> blocked(String folder) {
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> known = blocks.get(folder);
        if (known == null) {
            known = blocked(parent(folder));
            Path file = root.resolve(folder);
            if (known.isEmpty()
                    && Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                known = Optional.of(folder);
            }
            blocks.put(folder, known);
        }
        return known;
    }
}
