package dev.shoal.index;

import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.sqlite.ProgressHandler;

/**
 * Counts how much SQLite does: the instructions of its virtual machine, among which each look into a table or an index
 * is one. They follow from statements and data alone, so that what takes the same steps cannot be told apart by time,
 * but for what is in a cache. For the thread that owns the connection.
 */
final class Steps extends ProgressHandler {

    private long steps;

    private Steps() {}

    /** The steps of some work, which must have been done once before: preparing a first statement takes more. */
    static long of(Handle handle, Runnable work) {
        Steps counter = new Steps();
        try {
            setHandler(handle.getConnection(), 1, counter);
            try {
                work.run();
            } finally {
                clearHandler(handle.getConnection());
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return counter.steps;
    }

    @Override
    protected int progress() {
        steps++;
        return 0;
    }
}
