package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.HashTree;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the catalog, and the statements that read and write it. They are plain JDBC: making a JDBI and its first
 * query takes 150 ms in a fresh process, these a tenth of a millisecond.
 *
 * @param file what is known
 * @param usedSeconds when it was last asked for, in seconds since 1970
 */
record CatalogRow(HashedFile file, long usedSeconds) {

    private static final String COLUMNS =
            "SELECT path, size, modified_nanos, file_key, content_id, chunk_row, used_seconds FROM hashed_file ";

    /** Whether the hashes lead to the root: what a disk garbles must not be told to others. */
    boolean holds() {
        return new HashTree()
                .root(file.layout(), file.chunkRow())
                .equals(file.id().root());
    }

    /** How many rows there are. */
    static int count(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM hashed_file");
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /** The row of a path. */
    static @Nullable CatalogRow select(Connection connection, Path path) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS + "WHERE path = ?")) {
            statement.setString(1, path.toString());
            List<CatalogRow> rows = rows(statement);
            return rows.isEmpty() ? null : rows.getFirst();
        }
    }

    /** Some rows of a content, those that were used last. */
    static List<CatalogRow> select(Connection connection, ContentId id) throws SQLException {
        String latest = "WHERE content_id = ? ORDER BY used_seconds DESC LIMIT " + Catalog.MAX_COPIES;
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS + latest)) {
            statement.setBytes(1, id.toBytes());
            return rows(statement);
        }
    }

    private static List<CatalogRow> rows(PreparedStatement statement) throws SQLException {
        List<CatalogRow> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                CatalogRow decoded = decode(row);
                if (decoded != null) {
                    rows.add(decoded);
                }
            }
        }
        return rows;
    }

    /** Null for a row that makes no sense: it is replaced when its file is hashed again. */
    private static @Nullable CatalogRow decode(ResultSet row) throws SQLException {
        byte[] id = row.getBytes(5);
        if (id.length != ContentId.BYTES) {
            return null;
        }
        try {
            FileStamp stamp = new FileStamp(row.getLong(2), row.getLong(3), row.getString(4));
            ContentId content = ContentId.read(ByteBuffer.wrap(id));
            return new CatalogRow(
                    new HashedFile(Path.of(row.getString(1)), stamp, content, row.getBytes(6)), row.getLong(7));
        } catch (IllegalArgumentException garbled) {
            return null;
        }
    }

    /** Notes that a row was used. */
    static int touch(Connection connection, Path path, long now) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE hashed_file SET used_seconds = ? WHERE path = ?")) {
            statement.setLong(1, now);
            statement.setString(2, path.toString());
            return statement.executeUpdate();
        }
    }

    /** Adds a row, or replaces that of the same path. */
    static int insert(Connection connection, HashedFile hashed, long now) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT OR REPLACE INTO hashed_file VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            statement.setString(1, hashed.path().toString());
            statement.setLong(2, hashed.stamp().size());
            statement.setLong(3, hashed.stamp().modifiedNanos());
            statement.setString(4, hashed.stamp().key());
            statement.setBytes(5, hashed.id().toBytes());
            statement.setBytes(6, hashed.chunkRow());
            statement.setLong(7, now);
            return statement.executeUpdate();
        }
    }

    /** Takes a row out. */
    static int delete(Connection connection, Path path) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM hashed_file WHERE path = ?")) {
            statement.setString(1, path.toString());
            return statement.executeUpdate();
        }
    }

    /** Keeps so many rows, those that were used last. */
    static int prune(Connection connection, int maxFiles) throws SQLException {
        String oldest = "SELECT rowid FROM hashed_file ORDER BY used_seconds DESC, rowid DESC LIMIT -1 OFFSET ?";
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM hashed_file WHERE rowid IN (" + oldest + ")")) {
            statement.setInt(1, maxFiles);
            return statement.executeUpdate();
        }
    }
}
