package dev.shoal.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * A SQLite file in WAL mode with its tables up to date. Thread-safe; calls block, natively, so that a virtual thread
 * holds its carrier meanwhile. Readers do not wait for the writer; writers wait for each other in turn, in this process
 * on a fair lock and not on SQLite's, which would let them starve. A call must not be made inside of another: each
 * holds one of few connections.
 *
 * <p>Flyway brings the tables up to date, but takes a hundred milliseconds and more to start: the database's
 * {@code user_version} says which schema it has, and Flyway is only loaded when that is not the current one. For the
 * same reason {@link Jdbi} is made when it is first asked for: whoever has few statements does better with the
 * connection.
 */
public final class SqliteDatabase implements AutoCloseable {

    /**
     * How long one waits for a connection, the writer's turn or another process: longer than any statement here takes.
     */
    static final int WAIT_MILLIS = 10_000;

    /** The write-ahead log is cut to this length when it was copied into the database. */
    private static final int LOG_BYTES = 16 * 1024 * 1024;

    /** What is forced to the disk, and when. */
    public enum Durability {
        /** Every commit: what was told is never lost. */
        EVERY_COMMIT,
        /** Now and then: a power cut may lose the last commits, but never the order or the database. */
        NOW_AND_THEN
    }

    private final Path file;
    private final ConnectionPool connections;
    private final ReentrantLock writing = new ReentrantLock(true);
    private volatile @Nullable Jdbi jdbi;

    private SqliteDatabase(Path file, ConnectionPool connections) {
        this.file = file;
        this.connections = connections;
    }

    /**
     * Opens a database and makes it when there is none; its folder has to be there.
     *
     * @param migrations folder of Flyway's scripts ({@code V1__what.sql}) on the class path, without slashes at its
     *     ends
     * @param schemaVersion the number of the newest script
     * @throws DatabaseException when the file is damaged, is from a newer Shoal, or cannot be opened
     */
    public static SqliteDatabase open(Path file, String migrations, int schemaVersion, Durability durability) {
        String address = "jdbc:sqlite:" + file.toAbsolutePath();
        SQLiteConfig config = config(durability);
        ConnectionPool connections = new ConnectionPool(file, () -> config.createConnection(address), WAIT_MILLIS);
        SqliteDatabase database = new SqliteDatabase(file, connections);
        boolean opened = false;
        try {
            int version = database.read(SqliteDatabase::version);
            if (version > schemaVersion) {
                throw new DatabaseException(
                        DatabaseException.Reason.NEWER,
                        Failures.show(file) + " was written by a newer Shoal (its schema is " + version
                                + ", this one knows " + schemaVersion + "). Use that Shoal, or another home",
                        null);
            }
            if (version < schemaVersion) {
                Migrations.run(file, address, config.toProperties(), migrations);
                database.write(connection -> {
                    execute(connection, "PRAGMA user_version = " + schemaVersion);
                    return version;
                });
            }
            opened = true;
            return database;
        } finally {
            if (!opened) {
                database.close();
            }
        }
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** Reads, each statement for itself, while others read and one writes. */
    public <T extends @Nullable Object> T read(SqlWork<T> work) {
        try (ConnectionPool.Loan loan = connections.borrow()) {
            return work.with(loan.connection());
        } catch (SQLException e) {
            throw DatabaseFailures.of(file, e);
        }
    }

    /** Reads and writes in one transaction, alone; it is undone when the work throws. */
    public <T extends @Nullable Object> T write(SqlWork<T> work) {
        lockWriting();
        try (ConnectionPool.Loan loan = connections.borrow()) {
            Connection connection = loan.connection();
            // The connection's return undoes what is not committed.
            connection.setAutoCommit(false);
            T result = work.with(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            throw DatabaseFailures.of(file, e);
        } finally {
            writing.unlock();
        }
    }

    /**
     * JDBI over the same connections. A handle outside of a transaction reads; one that writes belongs into
     * {@link #transaction}. Its own exceptions are JDBI's, and tell nothing of what was bound to a statement.
     */
    public Jdbi jdbi() {
        Jdbi present = jdbi;
        if (present == null) {
            synchronized (this) {
                present = jdbi;
                if (present == null) {
                    present = Jdbi.create(new Lending());
                    // Messages end in logs, and what is bound has hashes of passwords and names that only some see.
                    present.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
                    jdbi = present;
                }
            }
        }
        return present;
    }

    /** As {@link #write}, with JDBI. */
    public <T extends @Nullable Object, X extends Exception> T transaction(HandleCallback<T, X> work) throws X {
        lockWriting();
        try {
            return jdbi().inTransaction(work);
        } finally {
            writing.unlock();
        }
    }

    /**
     * Closes the connections; those in use as soon as they come back. The last one copies the log into the database.
     */
    @Override
    public void close() {
        connections.close();
    }

    private void lockWriting() {
        try {
            if (writing.tryLock(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw DatabaseFailures.busy(file, null);
    }

    private static SQLiteConfig config(Durability durability) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(
                durability == Durability.EVERY_COMMIT
                        ? SQLiteConfig.SynchronousMode.FULL
                        : SQLiteConfig.SynchronousMode.NORMAL);
        config.setJournalSizeLimit(LOG_BYTES);
        config.setBusyTimeout(WAIT_MILLIS);
        config.enforceForeignKeys(true);
        // A transaction here is one that writes: taking the lock at once, it cannot fail later because another came
        // first.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        return config;
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** How JDBI gets its connections. */
    private final class Lending implements ConnectionFactory {
        @Override
        public Connection openConnection() {
            return connections.borrow().connection();
        }

        @Override
        public void closeConnection(Connection connection) {
            connections.giveBack(connection);
        }
    }
}
