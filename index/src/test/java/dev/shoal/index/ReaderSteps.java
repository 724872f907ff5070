package dev.shoal.index;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.sqlite.ProgressHandler;

/** Counts what the readers of an index do: which statements, and how many steps of the database's machine. */
final class ReaderSteps {

    /**
     * What was done.
     *
     * @param statements their texts, sorted, as several readers work side by side
     * @param count steps of all of them
     */
    record Work(List<String> statements, long count) {}

    private final List<String> statements = new ArrayList<>();
    private final AtomicLong steps = new AtomicLong();

    /** Of these from now on. */
    ReaderSteps(SqliteNames names) {
        EachReader.of(names.readers(), this::watch);
    }

    private void watch(Handle handle) {
        handle.setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                synchronized (statements) {
                    statements.add(context.getRenderedSql());
                }
            }
        });
        try {
            ProgressHandler.setHandler(handle.getConnection(), 1, new ProgressHandler() {
                @Override
                protected int progress() {
                    steps.incrementAndGet();
                    return 0;
                }
            });
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What something does. */
    Work of(Runnable work) {
        synchronized (statements) {
            statements.clear();
        }
        steps.set(0);
        work.run();
        synchronized (statements) {
            return new Work(statements.stream().sorted().toList(), steps.get());
        }
    }
}
