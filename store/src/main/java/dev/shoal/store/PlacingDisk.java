package dev.shoal.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The steps of which a {@link Replacement} is made, so that a test can end it after each of them. */
interface PlacingDisk {

    /** The disk itself. */
    PlacingDisk REAL = new PlacingDisk() {};

    /** Exchanges two names. Returns false when that cannot be had here. */
    default boolean exchange(Path first, Path second) throws IOException {
        return NameExchange.of(first, second);
    }

    /** Gives a file another name in one step, in place of what has that name. */
    default void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Gives a file a second name, which must be free. Returns false when there are no links here.
     *
     * @throws FileAlreadyExistsException when the name is taken
     */
    default boolean link(Path name, Path file) throws IOException {
        try {
            Files.createLink(name, file);
            return true;
        } catch (NoSuchFileException | AccessDeniedException | FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Makes a copy that is on the disk when this returns. */
    default void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        Folders.forceFile(to);
    }

    /** Takes a name away. */
    default void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Returns when the names in a folder are on the disk. */
    default void force(Path folder) {
        Folders.force(folder);
    }
}
