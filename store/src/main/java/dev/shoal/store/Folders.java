package dev.shoal.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** What is done with folders. */
public final class Folders {

    private Folders() {}

    /** Makes a folder that only this user can look into, if it is not there. */
    static void makePrivate(Path folder) {
        if (Files.isDirectory(folder)) {
            return;
        }
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] mine = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        try {
            Files.createDirectories(folder, mine);
        } catch (FileAlreadyExistsException e) {
            throw new FileAccessException(Failures.show(folder) + " is a file, not a folder. Move it away", e);
        } catch (IOException e) {
            throw Failures.of("cannot make the folder", folder, e);
        }
    }

    /**
     * Returns when the names in a folder are on the disk. Some systems cannot, as Windows, which keeps them in order by
     * itself; there is nothing to be done about it.
     */
    public static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException cannot) {
            return;
        }
    }

    /** Returns when what was written to a file is on the disk. */
    static void forceFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Removes a file that nobody needs. */
    public static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stays) {
            return;
        }
    }
}
