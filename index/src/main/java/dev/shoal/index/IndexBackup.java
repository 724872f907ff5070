package dev.shoal.index;

import dev.shoal.protocol.PeerId;
import dev.shoal.store.Folders;
import dev.shoal.transport.Identity;
import dev.shoal.transport.SecretFile;
import dev.shoal.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * What an index must not lose, in one file: its key, its secrets and its database. It is a ZIP file (APPNOTE 6.3.10) of
 * three entries named as the files of the data folder, each with its CRC; the database in it is whole by itself. Who
 * reads the file can pose as the index: it is made so that only its owner reads it. May be made while the index runs,
 * which goes on meanwhile. Calls block.
 */
public final class IndexBackup {

    /** Beside the files while they are put into a folder: with it, the folder is not complete, and no index starts. */
    static final String UNFINISHED = "restore-unfinished";

    /** The key comes last: until it is there, an index would not be the one that was saved. */
    private static final List<String> FILES =
            List.of(IndexDatabase.FILE_NAME, Secrets.FILE_NAME, IndexServer.IDENTITY_NAME);

    /** Beside a database, SQLite takes them for its own, and writes what is in them into it. */
    private static final List<String> LOGS = IndexDatabase.ENDS.stream()
            .filter(end -> !end.isEmpty())
            .map(end -> IndexDatabase.FILE_NAME + end)
            .toList();

    /** Keys and secrets are far shorter. */
    private static final int MAX_SMALL_BYTES = 64 * 1024;

    /**
     * What is in a backup.
     *
     * @param index whose it is
     * @param databaseBytes length of the database in it
     */
    public record Summary(PeerId index, long databaseBytes) {}

    private IndexBackup() {}

    /**
     * Saves a data folder.
     *
     * @param file where to; nothing may be there
     * @throws DataException when there is no index in the folder, the file exists or cannot be written, or the database
     *     is damaged; then no file is left
     */
    public static Summary make(Path folder, Path file) {
        if (!FILES.stream().allMatch(name -> Files.isRegularFile(folder.resolve(name)))) {
            throw new DataException("There is no index in " + folder + " that could be saved: it needs "
                    + String.join(", ", FILES) + ", and access to them.");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new DataException(file + " is there already. Name another file: a backup replaces nothing.");
        }
        Path whole = file.toAbsolutePath();
        Path database = whole.resolveSibling(whole.getFileName() + ".db");
        Path packed = whole.resolveSibling(whole.getFileName() + ".new");
        try {
            // One that was killed may have left them.
            Files.deleteIfExists(database);
            Files.deleteIfExists(packed);
            // For its owner alone before anything is in it.
            SecretFile.create(database);
            SecretFile.create(packed);
            IndexDatabase.copy(folder, database);
            pack(folder, database, packed);
            Summary summary = new Summary(identity(folder), Files.size(database));
            link(packed, whole);
            return summary;
        } catch (IOException e) {
            throw new DataException("The backup " + file + " cannot be written: " + DataFolder.reason(e) + ".", e);
        } finally {
            Folders.deleteQuietly(database);
            Folders.deleteQuietly(packed);
        }
    }

    /**
     * Puts what was saved into a data folder, which is made where there is none.
     *
     * @throws DataException when the file is no backup or damaged, an index runs there, or the folder has one already;
     *     a folder in which this was broken off takes a second attempt
     */
    public static Summary restore(Path file, Path folder) {
        try (ZipFile zip = open(file)) {
            DataFolder claimed = DataFolder.claim(folder);
            try {
                return restore(zip, folder);
            } finally {
                claimed.close();
            }
        } catch (IOException e) {
            throw new DataException(
                    "The backup " + file + " could not be put into " + folder + ": " + DataFolder.reason(e)
                            + ". No index starts there until a whole one is put there.",
                    e);
        }
    }

    private static Summary restore(ZipFile zip, Path folder) throws IOException {
        Path unfinished = folder.resolve(UNFINISHED);
        if (!Files.exists(unfinished)) {
            refuseOccupied(folder);
            SecretFile.create(unfinished);
            Folders.force(folder);
        }
        for (String log : LOGS) {
            // Of an attempt that was broken off while it looked through the database.
            Files.deleteIfExists(folder.resolve(log));
        }
        for (String name : FILES) {
            unpack(zip, name, folder.resolve(name));
        }
        IndexDatabase.check(folder);
        Summary summary = new Summary(identity(folder), Files.size(folder.resolve(IndexDatabase.FILE_NAME)));
        Folders.force(folder);
        Files.delete(unfinished);
        Folders.force(folder);
        return summary;
    }

    /**
     * Looks that the folder is not one that is half restored.
     *
     * @throws DataException when it is
     */
    static void refuseUnfinished(Path folder) {
        if (Files.exists(folder.resolve(UNFINISHED))) {
            throw new DataException("A backup was not put into " + folder + " to its end. Restore it there again.");
        }
    }

    private static ZipFile open(Path file) {
        try {
            ZipFile zip = new ZipFile(file.toFile());
            if (zip.size() == FILES.size() && FILES.stream().allMatch(name -> zip.getEntry(name) != null)) {
                return zip;
            }
            zip.close();
            throw new DataException(file + " is no backup of an index.");
        } catch (ZipException e) {
            throw new DataException(file + " is no backup of an index, or damaged: " + e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new DataException("The backup " + file + " cannot be read: " + DataFolder.reason(e) + ".", e);
        }
    }

    private static void refuseOccupied(Path folder) {
        for (String name : FILES) {
            if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                throw new DataException("There is an index in " + folder + " already (" + name
                        + "), and nothing is replaced. Restore into an empty folder.");
            }
        }
        for (String log : LOGS) {
            if (Files.exists(folder.resolve(log), LinkOption.NOFOLLOW_LINKS)) {
                throw new DataException("What an index wrote last is in " + folder + " still (" + log
                        + "), and would be taken for a part of the backup. Restore into an empty folder.");
            }
        }
    }

    private static void pack(Path folder, Path database, Path packed) throws IOException {
        try (FileChannel channel = FileChannel.open(packed, StandardOpenOption.WRITE);
                ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(channel))) {
            for (String name : FILES) {
                zip.putNextEntry(new ZipEntry(name));
                Files.copy(name.equals(IndexDatabase.FILE_NAME) ? database : folder.resolve(name), zip);
                zip.closeEntry();
            }
            zip.finish();
            channel.force(true);
        }
    }

    /** What a file says of its length is not believed: a short one may claim to become very long. */
    private static void unpack(ZipFile zip, String name, Path target) throws IOException {
        Files.deleteIfExists(target);
        SecretFile.create(target);
        long limit = name.equals(IndexDatabase.FILE_NAME) ? Long.MAX_VALUE : MAX_SMALL_BYTES;
        ZipEntry entry = Objects.requireNonNull(zip.getEntry(name));
        CRC32 sum = new CRC32();
        // ZipFile does not look at the sum by itself.
        try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), sum);
                FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(channel)) {
            byte[] buffer = new byte[MAX_SMALL_BYTES];
            long written = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                written += count;
                if (written > limit) {
                    throw new ZipException(name + " in it is longer than it can be");
                }
                out.write(buffer, 0, count);
            }
            if (sum.getValue() != entry.getCrc()) {
                throw new ZipException(name + " in it is damaged");
            }
            channel.force(true);
        }
    }

    private static PeerId identity(Path folder) {
        try {
            return Identity.loadOrCreate(folder.resolve(IndexServer.IDENTITY_NAME))
                    .id();
        } catch (TransportException e) {
            throw new DataException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Unlike a move, this replaces nothing that has come there meanwhile. */
    private static void link(Path packed, Path file) throws IOException {
        try {
            Files.createLink(file, packed);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            // A file system without links.
            Files.move(packed, file);
        }
        Folders.force(Objects.requireNonNull(file.getParent()));
    }
}
