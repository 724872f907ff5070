package dev.shoal.store;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder that is being downloaded, at the places that they are to have. It lies in a folder that nobody
 * else can look into; and where a folder has to be, a symbolic link is never followed. Thread-safe.
 */
final class FolderTree {

    private final Path root;
    private final Set<Path> entered = ConcurrentHashMap.newKeySet();

    FolderTree(Path root) {
        this.root = root;
    }

    /** Where it is. */
    Path root() {
        return root;
    }

    /** Where a path from the network is; its folders are made when they are missing. */
    Path place(String path) throws IOException {
        Path file = root.resolve(path);
        Path parent = file.getParent();
        enter(parent == null ? root : parent);
        return file;
    }

    /** Makes a folder, and those that it is in. */
    void enter(Path folder) throws IOException {
        if (entered.contains(folder)) {
            return;
        }
        if (!folder.equals(root)) {
            Path parent = folder.getParent();
            if (!folder.startsWith(root) || parent == null) {
                throw new IOException(folder + " is not in " + root);
            }
            enter(parent);
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            makeFolder(folder);
        }
        entered.add(folder);
    }

    private static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (java.nio.file.FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new NotDirectoryException(folder.toString());
            }
        }
    }

    /** Folders that were entered may be gone. */
    void forget() {
        entered.clear();
    }

    /** Removes everything that is not kept; folders go when they are empty. */
    void keepOnly(Set<Path> kept) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!kept.contains(file)) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                if (!kept.contains(folder) && !folder.equals(root) && isEmpty(folder)) {
                    Files.delete(folder);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        forget();
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var children = Files.newDirectoryStream(folder)) {
            return !children.iterator().hasNext();
        }
    }

    /** Forces every file and folder, one after the other: where the system has no call for all of them. */
    void forceEach() throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    Folders.forceFile(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
                Folders.force(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Removes a folder and those in it, as far as nothing else is in them. */
    static void deleteEmpty(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) {
                    Folders.deleteQuietly(each);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException stays) {
            return;
        }
    }

    /** Removes a folder with everything in it, as far as that can be done; links are removed, not followed. */
    static void deleteQuietly(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    Folders.deleteQuietly(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) {
                    Folders.deleteQuietly(each);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException stays) {
            return;
        }
    }
}
