package dev.shoal.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Something to do with a connection, which is not to be kept or closed.
 *
 * @param <T> what comes out
 */
@FunctionalInterface
public interface SqlWork<T extends @Nullable Object> {

    /** Does it. */
    T with(Connection connection) throws SQLException;
}
