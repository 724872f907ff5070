package dev.shoal.store;

import dev.shoal.content.FolderChoice;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderLayout;
import dev.shoal.content.FolderListing;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes what has no bytes of its own in a downloaded folder: files that are equal to another one, empty ones, empty
 * folders, links, and whether a file may be run; removes what is there and was not chosen; then gives all of it its
 * name. Each step can be done again after a crash. Runs on the caller's thread.
 */
final class FolderLanding {

    private static final Set<PosixFilePermission> EXECUTE = EnumSet.of(
            PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

    /** All that is asked about a file is asked at once: of many small ones, each question is felt. */
    private final Class<? extends BasicFileAttributes> attributeKind;

    private final FolderTree tree;
    private final FolderListing listing;
    private final FolderLayout layout;
    private final FolderChoice choice;

    FolderLanding(FolderTree tree, FolderListing listing, FolderLayout layout, FolderChoice choice) {
        this.tree = tree;
        this.listing = listing;
        this.layout = layout;
        this.choice = choice;
        boolean posix =
                tree.root().getFileSystem().supportedFileAttributeViews().contains("posix");
        this.attributeKind = posix ? PosixFileAttributes.class : BasicFileAttributes.class;
    }

    /** Brings the files into the state that they are to have, and forces them. */
    void complete() throws IOException {
        BitSet chosen = choice.of(listing);
        List<FolderEntry> entries = listing.entries();
        boolean isAll = choice.isAll();
        Set<Path> kept = new HashSet<>();
        for (int entry = chosen.nextSetBit(0); entry >= 0; entry = chosen.nextSetBit(entry + 1)) {
            Path path = tree.place(entries.get(entry).path());
            switch (entries.get(entry)) {
                case FolderEntry.File file -> make(entry, file, path);
                case FolderEntry.EmptyFolder folder -> tree.enter(path);
                case FolderEntry.Link link -> {} // The last of all, as nothing may be written through one.
            }
            if (!isAll) {
                kept.add(path);
            }
        }
        if (!isAll) {
            tree.keepOnly(kept);
        }
        for (int entry = chosen.nextSetBit(0); entry >= 0; entry = chosen.nextSetBit(entry + 1)) {
            if (entries.get(entry) instanceof FolderEntry.Link link) {
                makeLink(link, tree.place(link.path()));
            }
        }
        if (!DiskSync.of(tree.root())) {
            tree.forceEach();
        }
    }

    private void make(int entry, FolderEntry.File file, Path path) throws IOException {
        int place = layout.placeOf(entry);
        if (place < 0) {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createFile(path);
            }
        } else if (layout.firstEntry(place) != entry) {
            // Each gets bytes of its own, as it may be written to later. Where the disk can, they share them until
            // then.
            Path first = tree.root()
                    .resolve(listing.entries().get(layout.firstEntry(place)).path());
            Files.copy(first, path, StandardCopyOption.REPLACE_EXISTING, LinkOption.NOFOLLOW_LINKS);
        }
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, attributeKind, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw notAsWritten(path);
        }
        if (!attributes.isRegularFile() || attributes.size() != file.content().length()) {
            throw notAsWritten(path);
        }
        if (attributes instanceof PosixFileAttributes posix) {
            setExecutable(file, path, posix.permissions());
        }
    }

    private static FileSystemException notAsWritten(Path path) {
        return new FileSystemException(
                path.toString(), null, "it is not there as it was written; remove the part folder and get it again");
    }

    /** As the list says, whatever the file has from one that it was copied from. */
    static void setExecutable(FolderEntry.File file, Path path) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            setExecutable(file, path, Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        }
    }

    private static void setExecutable(FolderEntry.File file, Path path, Set<PosixFilePermission> before)
            throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        permissions.addAll(before);
        permissions.removeAll(EXECUTE);
        if (file.executable()) {
            boolean others = permissions.contains(PosixFilePermission.OTHERS_READ);
            boolean group = permissions.contains(PosixFilePermission.GROUP_READ);
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.addAll(others ? Set.of(PosixFilePermission.OTHERS_EXECUTE) : Set.of());
            permissions.addAll(group ? Set.of(PosixFilePermission.GROUP_EXECUTE) : Set.of());
        }
        if (!permissions.equals(before)) {
            Files.setPosixFilePermissions(path, permissions);
        }
    }

    static void makeLink(FolderEntry.Link link, Path path) throws IOException {
        Files.deleteIfExists(path);
        try {
            Files.createSymbolicLink(path, path.getFileSystem().getPath(link.target()));
        } catch (UnsupportedOperationException e) {
            throw new FileSystemException(
                    path.toString(), null, "there are no symbolic links on this disk; leave them out with --exclude");
        }
    }

    /** Gives a folder or a file in it a name that nothing has. */
    static void name(Path chosen, TargetPath target) throws IOException {
        Path file = target.file();
        try {
            if (!NameExchange.toFree(chosen, file)) {
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw target.taken();
                }
                // Nobody else's file is replaced by a folder, nor a folder that has something in it.
                if (Files.isRegularFile(chosen, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createLink(file, chosen);
                } else {
                    Files.move(chosen, file, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw target.taken();
        }
        Path folder = file.getParent();
        if (folder != null) {
            Folders.force(folder);
        }
    }
}
