package dev.shoal.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A few connections to one database file, lent to one thread at a time. Thread-safe. */
final class ConnectionPool implements AutoCloseable {

    /** A connection holds its thread natively: more than processors would only wait for each other. */
    static final int MAX_CONNECTIONS = 4;

    private final Path file;
    private final SqlSource source;
    private final long waitMillis;
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS, true);
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    ConnectionPool(Path file, SqlSource source, long waitMillis) {
        this.file = file;
        this.source = source;
        this.waitMillis = waitMillis;
    }

    /** Makes a connection. */
    @FunctionalInterface
    interface SqlSource {
        Connection connect() throws SQLException;
    }

    /** A connection that goes back when it is closed. */
    record Loan(ConnectionPool pool, Connection connection) implements AutoCloseable {
        @Override
        public void close() {
            pool.giveBack(connection);
        }
    }

    /** Waits for a connection that nobody uses. */
    Loan borrow() {
        boolean mine = false;
        try {
            mine = free.tryAcquire(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!mine) {
            throw DatabaseFailures.busy(file, null);
        }
        Connection connection = null;
        try {
            connection = idleOrNull();
            if (connection == null) {
                connection = source.connect();
            }
            return new Loan(this, connection);
        } catch (SQLException e) {
            throw DatabaseFailures.of(file, e);
        } finally {
            if (connection == null) {
                free.release();
            }
        }
    }

    /** Takes a connection back, undoing what was not committed. */
    void giveBack(Connection connection) {
        boolean kept = false;
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            kept = keep(connection);
        } catch (SQLException broken) {
            kept = false;
        } finally {
            if (!kept) {
                closeQuietly(connection);
            }
            free.release();
        }
    }

    @Override
    public void close() {
        ArrayDeque<Connection> unused;
        synchronized (this) {
            closed = true;
            unused = new ArrayDeque<>(idle);
            idle.clear();
        }
        unused.forEach(ConnectionPool::closeQuietly);
    }

    private synchronized @Nullable Connection idleOrNull() {
        if (closed) {
            throw new ContentClosedException("the database " + Failures.show(file) + " is closed");
        }
        return idle.pollLast();
    }

    private synchronized boolean keep(Connection connection) {
        if (!closed) {
            idle.addLast(connection);
        }
        return !closed;
    }

    /** What a connection says when it goes changes nothing: what was committed is in the log. */
    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException nothingToDo) {
            return;
        }
    }
}
