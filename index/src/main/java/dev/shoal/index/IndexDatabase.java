package dev.shoal.index;

import dev.shoal.store.SqliteCopy;
import dev.shoal.store.SqliteDatabase;
import dev.shoal.store.StoreException;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index's database: every commit is forced to the disk. Its connections are held for long, one by the writer and
 * one by each reader, which is as many as {@link SqliteDatabase} has. Thread-safe.
 */
final class IndexDatabase implements AutoCloseable {

    /** Name of the file in the index's data folder. */
    static final String FILE_NAME = "index.db";

    /** How the names of its files end: the database, its log, its shared memory, the journal of other modes. */
    static final List<String> ENDS = List.of("", "-wal", "-shm", "-journal");

    private static final Logger LOG = LoggerFactory.getLogger(IndexDatabase.class);

    private static final String MIGRATIONS = "dev/shoal/index/names";

    /** The number of the newest migration. */
    private static final int SCHEMA = 16;

    /** 16 MiB of pages a connection, in the negative kibibytes that SQLite takes. */
    private static final int CACHE_KIBIBYTES = 16 * 1024;

    private final SqliteDatabase database;

    private IndexDatabase(SqliteDatabase database) {
        this.database = database;
    }

    /**
     * Opens or makes the database of a folder, which only its owner reads from then on: it has the hashes of passwords,
     * the sealed keys of accounts and the audit log.
     *
     * @throws DataException when it cannot be opened, or is of a newer version of the program
     */
    static IndexDatabase open(Path folder) {
        makePrivate(folder);
        try {
            return new IndexDatabase(SqliteDatabase.open(
                    folder.resolve(FILE_NAME), MIGRATIONS, SCHEMA, SqliteDatabase.Durability.EVERY_COMMIT));
        } catch (StoreException e) {
            throw unusable(e);
        }
    }

    /** SQLite gives its log and its shared memory the rights of the database. */
    private static void makePrivate(Path folder) {
        Path database = folder.resolve(FILE_NAME);
        try {
            SecretFile.createIfAbsent(database);
        } catch (IOException e) {
            throw new DataException(
                    "The index's data cannot be made: " + DataFolder.reason(e)
                            + ". Check the disk and the folder's owner.",
                    e);
        }
        for (String end : ENDS) {
            Path file = folder.resolve(FILE_NAME + end);
            if (SecretFile.isOpenToOthers(file)) {
                narrow(file);
            }
        }
    }

    private static void narrow(Path file) {
        try {
            SecretFile.narrow(file);
            LOG.warn("{} could be read or written by others until now; it cannot any more", file);
        } catch (IOException e) {
            LOG.warn(
                    "{} can be read or written by others, and it has hashes of passwords: chmod 600 {}", file, file, e);
        }
    }

    /**
     * Copies the database of a folder, in which an index may run.
     *
     * @param to an empty file, or none
     * @throws DataException when it is damaged, or the copy cannot be written
     */
    static void copy(Path folder, Path to) {
        try {
            SqliteCopy.make(folder.resolve(FILE_NAME), to);
        } catch (StoreException e) {
            throw unusable(e);
        }
    }

    /**
     * Looks whether the database of a folder is whole, and one that this program can use.
     *
     * @throws DataException when not
     */
    static void check(Path folder) {
        try {
            int version = SqliteCopy.check(folder.resolve(FILE_NAME));
            if (version < 1 || version > SCHEMA) {
                throw new DataException("The index's data was not written by this Shoal or an older one: its schema is "
                        + version + ", this one knows 1 to " + SCHEMA + ".");
            }
        } catch (StoreException e) {
            throw unusable(e);
        }
    }

    /** A connection of its own, for one thread at a time. */
    Handle connect() {
        try {
            Handle handle = database.jdbi().open();
            handle.execute("PRAGMA cache_size = -" + CACHE_KIBIBYTES);
            handle.execute("PRAGMA temp_store = MEMORY");
            return handle;
        } catch (StoreException | JdbiException e) {
            throw unusable(e);
        }
    }

    @Override
    public void close() {
        database.close();
    }

    private static DataException unusable(RuntimeException e) {
        return new DataException(
                "The index's data cannot be used: " + e.getMessage() + ". Check the disk and the file's owner.", e);
    }
}
