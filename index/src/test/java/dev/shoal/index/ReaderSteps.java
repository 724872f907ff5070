package dev.shoal.index;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
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

    /** Of these from now on. Each waits for the others, so that what an index reads by itself takes nobody's place. */
    ReaderSteps(SqliteNames names) {
        CyclicBarrier all = new CyclicBarrier(names.readers().count());
        List<CompletableFuture<Boolean>> watched = IntStream.range(0, all.getParties())
                .mapToObj(each -> names.readers().read(handle -> watch(handle, all)))
                .toList();
        watched.forEach(Fixtures::get);
    }

    private boolean watch(Handle handle, CyclicBarrier all) {
        try {
            all.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
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
            return true;
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
