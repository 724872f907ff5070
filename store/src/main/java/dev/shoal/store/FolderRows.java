package dev.shoal.store;

import dev.shoal.content.PathPatterns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements that read and write what is kept of folders that are followed. No state of its own. */
final class FolderRows {

    /** No pattern has a line break in it. */
    private static final String BETWEEN = "\n";

    private FolderRows() {}

    /** Which paths are wanted; null for a file. */
    static @Nullable PathPatterns patterns(@Nullable String include, @Nullable String exclude) {
        return include == null || exclude == null ? null : new PathPatterns(lines(include), lines(exclude));
    }

    private static List<String> lines(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(BETWEEN, -1));
    }

    /** Adds what is kept of one, if it is a folder. */
    static int insert(Connection connection, Subscription fresh) throws SQLException {
        PathPatterns folder = fresh.folder();
        if (folder == null) {
            return 0;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO folder (subscription, include, exclude) VALUES (?, ?, ?)")) {
            statement.setLong(1, fresh.id());
            statement.setString(2, String.join(BETWEEN, folder.include()));
            statement.setString(3, String.join(BETWEEN, folder.exclude()));
            return statement.executeUpdate();
        }
    }

    static int want(Connection connection, Subscription changed) throws SQLException {
        PathPatterns folder = changed.folder() == null ? PathPatterns.ALL : changed.folder();
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE folder SET include = ?, exclude = ? WHERE subscription = ?")) {
            statement.setString(1, String.join(BETWEEN, folder.include()));
            statement.setString(2, String.join(BETWEEN, folder.exclude()));
            statement.setLong(3, changed.id());
            return statement.executeUpdate();
        }
    }

    static byte @Nullable [] state(Connection connection, long id) throws SQLException {
        return bytes(connection, "SELECT state FROM folder WHERE subscription = ?", id);
    }

    static byte @Nullable [] arrival(Connection connection, long id) throws SQLException {
        return bytes(connection, "SELECT arrival FROM folder WHERE subscription = ?", id);
    }

    private static byte @Nullable [] bytes(Connection connection, String query, long id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getBytes(1) : null;
            }
        }
    }

    static int begin(Connection connection, long id, byte[] arrival) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE folder SET arrival = ? WHERE subscription = ?")) {
            statement.setBytes(1, arrival);
            statement.setLong(2, id);
            return statement.executeUpdate();
        }
    }

    static int end(Connection connection, long id, byte[] state) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE folder SET state = ?, arrival = NULL WHERE subscription = ?")) {
            statement.setBytes(1, state);
            statement.setLong(2, id);
            return statement.executeUpdate();
        }
    }
}
