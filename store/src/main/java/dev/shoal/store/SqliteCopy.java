package dev.shoal.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** Copies of SQLite files, made while others read and write them. Thread-safe; calls block. */
public final class SqliteCopy {

    private SqliteCopy() {}

    /**
     * Copies a database as it is at one moment, whole in itself and without free pages. Those who use it go on
     * meanwhile, in this process or others; its write-ahead log grows until the copy is made. The tables stay as they
     * are, of whatever version.
     *
     * @param to an empty file, or none
     * @throws DatabaseException when the database cannot be read or is damaged, or the copy not written; what is there
     *     of the copy is then to be deleted
     */
    public static void make(Path from, Path to) {
        // VACUUM INTO: https://www.sqlite.org/lang_vacuum.html
        try (Connection connection = connect(from);
                PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
            copy.setString(1, to.toAbsolutePath().toString());
            copy.executeUpdate();
        } catch (SQLException e) {
            throw DatabaseFailures.of(from, e);
        }
        check(to);
    }

    /**
     * Looks whether a database is whole.
     *
     * @return its schema's version
     * @throws DatabaseException when it is damaged or cannot be read
     */
    public static int check(Path file) {
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement()) {
            String found = text(statement, "PRAGMA quick_check(1)");
            if (!found.equals("ok")) {
                throw new DatabaseException(
                        DatabaseException.Reason.DAMAGED, Failures.show(file) + " is damaged (" + found + ")", null);
            }
            return Integer.parseInt(text(statement, "PRAGMA user_version"));
        } catch (SQLException e) {
            throw DatabaseFailures.of(file, e);
        }
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    private static Connection connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(SqliteDatabase.WAIT_MILLIS);
        return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
    }
}
