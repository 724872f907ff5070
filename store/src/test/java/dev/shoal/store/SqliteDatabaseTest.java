package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.store.SqliteDatabase.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest {

    private static final String MIGRATIONS = "dev/shoal/store/catalog";

    @TempDir
    Path folder;

    @Test
    void tablesAreMadeAtFirstAndFlywayIsNotAskedAgain() {
        Path file = folder.resolve("a.db");
        try (SqliteDatabase database = open(file)) {
            assertThat(number(database, "SELECT count(*) FROM hashed_file")).isZero();
            assertThat(number(database, "PRAGMA user_version")).isEqualTo(1);
        }
        // With a folder that is not there Flyway would fail.
        try (SqliteDatabase database = SqliteDatabase.open(file, "nowhere", 1, Durability.NOW_AND_THEN)) {
            assertThat(number(database, "SELECT count(*) FROM hashed_file")).isZero();
        }
        assertThatThrownBy(() -> SqliteDatabase.open(file, "nowhere", 2, Durability.NOW_AND_THEN))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("brought up to date");
    }

    @Test
    void theSchemaVersionIsThatOfTheNewestScript() throws IOException {
        try (var scripts = Files.list(Path.of("src/main/resources", MIGRATIONS))) {
            assertThat(scripts.filter(script -> script.getFileName().toString().matches("V\\d+__.*\\.sql")))
                    .hasSize(Catalog.SCHEMA_VERSION);
        }
    }

    @Test
    void nothingIsLogged() {
        List<LogRecord> records = new CopyOnWriteArrayList<>();
        Handler listener = new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger.getLogger("").addHandler(listener);
        try (SqliteDatabase database = open(folder.resolve("a.db"))) {
            assertThat(database.file()).exists();
            assertThat(records).isEmpty();
        } finally {
            Logger.getLogger("").removeHandler(listener);
        }
    }

    @Test
    void pragmasAreAsAsked() {
        try (SqliteDatabase database = open(folder.resolve("a.db"))) {
            assertThat(number(database, "PRAGMA synchronous")).isEqualTo(1);
            assertThat(number(database, "PRAGMA foreign_keys")).isEqualTo(1);
            assertThat(number(database, "PRAGMA busy_timeout")).isEqualTo(SqliteDatabase.WAIT_MILLIS);
            assertThat(folder.resolve("a.db-wal")).exists();
        }
        try (SqliteDatabase database =
                SqliteDatabase.open(folder.resolve("b.db"), MIGRATIONS, 1, Durability.EVERY_COMMIT)) {
            assertThat(number(database, "PRAGMA synchronous")).isEqualTo(2);
        }
    }

    @Test
    void aNewerDatabaseIsLeftAlone() {
        Path file = folder.resolve("a.db");
        try (SqliteDatabase database = open(file)) {
            database.write(connection -> execute(connection, "PRAGMA user_version = 7"));
        }
        assertThatThrownBy(() -> open(file))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.reason()).isEqualTo(DatabaseException.Reason.NEWER))
                .hasMessageContaining("newer Shoal");
    }

    @Test
    void aDamagedDatabaseIsCalledDamaged() throws IOException {
        Path file = Files.write(folder.resolve("a.db"), Samples.of(1, 10_000).bytes());
        assertThatThrownBy(() -> open(file))
                .isInstanceOfSatisfying(
                        DatabaseException.class,
                        e -> assertThat(e.reason()).isEqualTo(DatabaseException.Reason.DAMAGED));
        assertThatThrownBy(() -> open(folder.resolve("none/a.db")))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.reason()).isEqualTo(DatabaseException.Reason.FAILED))
                .hasMessageContaining("folder is there");
    }

    @Test
    void workThatThrowsIsUndone() {
        try (SqliteDatabase database = open(folder.resolve("a.db"))) {
            database.write(connection -> execute(connection, "CREATE TABLE t(x INTEGER)"));
            assertThatThrownBy(() -> database.write(connection -> {
                        execute(connection, "INSERT INTO t VALUES (1)");
                        throw new IllegalStateException("no");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(number(database, "SELECT count(*) FROM t")).isZero();
            assertThatThrownBy(() -> database.read(connection -> execute(connection, "SELECT nonsense")))
                    .isInstanceOf(DatabaseException.class);
        }
    }

    @Test
    void manyThreadsWriteAndReadAtOnce() {
        try (SqliteDatabase database = open(folder.resolve("a.db"))) {
            database.write(connection -> execute(connection, "CREATE TABLE t(x INTEGER)"));
            Together.run(50, i -> {
                database.write(connection -> execute(connection, "INSERT INTO t VALUES (1)"));
                database.transaction(handle -> handle.execute("INSERT INTO t VALUES (2)"));
                assertThat(number(database, "SELECT count(*) FROM t")).isGreaterThan(1);
            });
            assertThat(number(database, "SELECT count(*) FROM t")).isEqualTo(100);
            int sum = database.jdbi()
                    .withHandle(handle -> handle.createQuery("SELECT sum(x) FROM t")
                            .mapTo(Integer.class)
                            .one());
            assertThat(sum).isEqualTo(150);
        }
    }

    @Test
    void aClosedDatabaseSaysSo() {
        SqliteDatabase database = open(folder.resolve("a.db"));
        database.close();
        assertThatThrownBy(() -> number(database, "SELECT 1"))
                .isInstanceOf(ContentClosedException.class)
                .hasMessageContaining("closed");
    }

    private static SqliteDatabase open(Path file) {
        return SqliteDatabase.open(file, MIGRATIONS, 1, Durability.NOW_AND_THEN);
    }

    private static int number(SqliteDatabase database, String sql) {
        return database.read(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                return row.next() ? row.getInt(1) : -1;
            }
        });
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }
}
