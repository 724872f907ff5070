package dev.shoal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner may read, as far as the file system knows rights. Holds nothing; any thread. */
public final class SecretFile {

    private static final Set<PosixFilePermission> OF_OTHERS = PosixFilePermissions.fromString("---rw-rw-");

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private static final Set<PosixFilePermission> FOLDER_OF_OWNER = PosixFilePermissions.fromString("rwx------");

    private SecretFile() {}

    /**
     * Makes or replaces a file. It is never there in part, and when this returns it is on the disk.
     *
     * @throws IOException when it cannot be written; then whatever was there before still is
     */
    public static void write(Path file, String text) throws IOException {
        place(prepare(file, text), file);
    }

    /**
     * Writes what a file is to hold beside it, and on the disk, for {@link #place}.
     *
     * @throws IOException when it cannot be written
     */
    public static Path prepare(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        create(fresh);
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return fresh;
    }

    /**
     * Puts a prepared file in the place of another; when this returns, that is on the disk.
     *
     * @throws IOException when it cannot be done; then whatever was there before still is
     */
    public static void place(Path fresh, Path file) throws IOException {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        forceFolder(file);
    }

    /**
     * Makes an empty file, which only the owner reads before anything is in it.
     *
     * @throws IOException when there is one, or it cannot be made
     */
    public static void create(Path file) throws IOException {
        Files.createFile(file, attributes(file, OWNER_ONLY));
    }

    /**
     * Makes an empty file, unless there is one.
     *
     * @throws IOException when it cannot be made
     */
    public static void createIfAbsent(Path file) throws IOException {
        try {
            create(file);
        } catch (FileAlreadyExistsException e) {
            return;
        }
    }

    /**
     * Makes a folder that only its owner looks into, and those above it; one that is there stays as it is.
     *
     * @throws IOException when it cannot be made
     */
    public static void createFolders(Path folder) throws IOException {
        Files.createDirectories(folder, attributes(folder, FOLDER_OF_OWNER));
    }

    /**
     * Takes the rights that others have to a file.
     *
     * @throws IOException when they cannot be taken, as who does not own it cannot
     */
    public static void narrow(Path file) throws IOException {
        if (knowsRights(file)) {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        }
    }

    /** The name of a file is on the disk when its folder is, where folders can be opened at all. */
    private static void forceFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The system does so by itself a little later.
            return;
        }
    }

    /** Whether others than the owner may read a file or put another in its place. */
    public static boolean isOpenToOthers(Path file) {
        try {
            return Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static FileAttribute<?>[] attributes(Path file, Set<PosixFilePermission> rights) {
        return knowsRights(file)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(rights)}
                : new FileAttribute<?>[0];
    }

    private static boolean knowsRights(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
