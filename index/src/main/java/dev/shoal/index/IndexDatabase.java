package dev.shoal.index;

import dev.shoal.store.SqliteCopy;
import dev.shoal.store.SqliteDatabase;
import dev.shoal.store.StoreException;
import java.nio.file.Path;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * The index's database: every commit is forced to the disk. Its connections are held for long, one by the writer and
 * one by each reader, which is as many as {@link SqliteDatabase} has. Thread-safe.
 */
final class IndexDatabase implements AutoCloseable {

    /** Name of the file in the index's data folder. */
    static final String FILE_NAME = "index.db";

    private static final String MIGRATIONS = "dev/shoal/index/names";

    /** The number of the newest migration. */
    private static final int SCHEMA = 6;

    /** 16 MiB of pages a connection, in the negative kibibytes that SQLite takes. */
    private static final int CACHE_KIBIBYTES = 16 * 1024;

    private final SqliteDatabase database;

    private IndexDatabase(SqliteDatabase database) {
        this.database = database;
    }

    /**
     * Opens or makes the database of a folder.
     *
     * @throws DataException when it cannot be opened, or is of a newer version of the program
     */
    static IndexDatabase open(Path folder) {
        try {
            return new IndexDatabase(SqliteDatabase.open(
                    folder.resolve(FILE_NAME), MIGRATIONS, SCHEMA, SqliteDatabase.Durability.EVERY_COMMIT));
        } catch (StoreException e) {
            throw unusable(e);
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
