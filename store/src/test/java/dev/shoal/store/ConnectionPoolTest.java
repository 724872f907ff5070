package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionPoolTest {

    private static final String ADDRESS = "jdbc:sqlite::memory:";

    @Test
    void connectionsAreUsedAgain() {
        try (ConnectionPool pool = pool(1000)) {
            ConnectionPool.Loan first = pool.borrow();
            Connection connection = first.connection();
            first.close();
            try (ConnectionPool.Loan second = pool.borrow()) {
                assertThat(second.connection()).isSameAs(connection);
            }
        }
    }

    @Test
    void atTheLimitOneWaitsAndThenIsToldSo() {
        try (ConnectionPool pool = pool(20)) {
            List<ConnectionPool.Loan> loans = new ArrayList<>();
            for (int i = 0; i < ConnectionPool.MAX_CONNECTIONS; i++) {
                loans.add(pool.borrow());
            }
            assertThatThrownBy(pool::borrow)
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.reason()).isEqualTo(DatabaseException.Reason.BUSY));
            loans.getFirst().close();
            loans.set(0, pool.borrow());
            loans.forEach(ConnectionPool.Loan::close);
        }
    }

    @Test
    void aConnectionThatComesBackAfterTheEndIsClosed() throws Exception {
        ConnectionPool pool = pool(1000);
        ConnectionPool.Loan loan = pool.borrow();
        pool.close();
        assertThat(loan.connection().isClosed()).isFalse();
        loan.close();
        assertThat(loan.connection().isClosed()).isTrue();
    }

    private static ConnectionPool pool(long waitMillis) {
        return new ConnectionPool(Path.of("memory"), () -> DriverManager.getConnection(ADDRESS), waitMillis);
    }
}
