package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements that read and write subscriptions: plain JDBC, which is ready at once. No state of its own. */
final class SubscriptionRows {

    private static final String COLUMNS = "SELECT id, index_address, index_key, name, owner, file, keep, copies, rate,"
            + " seen, number, content, size, modified_nanos, file_key, role, synced_millis, saved_bytes,"
            + " include, exclude FROM subscription LEFT JOIN folder ON folder.subscription = id ";

    private SubscriptionRows() {}

    /** All, in the order in which they were made; those that make no sense are left out. */
    static List<Subscription> all(Connection connection) throws SQLException {
        List<Subscription> all = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS + "ORDER BY id");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                all.add(subscription(row));
            }
        }
        return all;
    }

    static int count(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM subscription");
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private static Subscription subscription(ResultSet row) throws SQLException {
        Subscription.Source source = new Subscription.Source(
                row.getString(2), row.getString(3), new Name(row.getString(4)), row.getString(5));
        Subscription.Terms terms = new Subscription.Terms(row.getInt(7), row.getInt(8), row.getString(9));
        byte[] content = row.getBytes(12);
        Subscription.Present present = content == null
                ? null
                : new Subscription.Present(
                        row.getInt(11), id(content), stamp(row, 13), Subscription.Role.valueOf(row.getString(16)));
        return new Subscription(
                row.getLong(1),
                source,
                Path.of(row.getString(6)),
                FolderRows.patterns(row.getString(19), row.getString(20)),
                terms,
                row.getInt(10),
                present,
                row.getLong(17),
                row.getLong(18));
    }

    /** Adds one and returns its number. */
    static long insert(Connection connection, Subscription fresh) throws SQLException {
        String columns = "INSERT INTO subscription (index_address, index_key, name, owner, file, keep, copies, rate,"
                + " seen, synced_millis, saved_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0) RETURNING id";
        try (PreparedStatement statement = connection.prepareStatement(columns)) {
            statement.setString(1, fresh.source().indexAddress());
            statement.setString(2, fresh.source().indexKey());
            statement.setString(3, fresh.source().name().text());
            statement.setString(4, fresh.source().owner());
            statement.setString(5, fresh.file().toString());
            statement.setInt(6, fresh.terms().keep());
            statement.setInt(7, fresh.terms().copies());
            statement.setString(8, fresh.terms().rate());
            statement.setInt(9, fresh.seen());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Writes all of it that can change. */
    static int update(Connection connection, Subscription changed) throws SQLException {
        String columns = "UPDATE subscription SET index_address = ?, keep = ?, copies = ?, rate = ?, seen = ?,"
                + " number = ?, content = ?, size = ?, modified_nanos = ?, file_key = ?, role = ?,"
                + " synced_millis = ?, saved_bytes = ? WHERE id = ?";
        try (PreparedStatement statement = connection.prepareStatement(columns)) {
            statement.setString(1, changed.source().indexAddress());
            statement.setInt(2, changed.terms().keep());
            statement.setInt(3, changed.terms().copies());
            statement.setString(4, changed.terms().rate());
            statement.setInt(5, changed.seen());
            Subscription.Present present = changed.present();
            if (present != null) {
                statement.setInt(6, present.number());
                statement.setBytes(7, present.content().toBytes());
                stamp(statement, 8, present.stamp());
                statement.setString(11, present.role().name());
            }
            statement.setLong(12, changed.syncedMillis());
            statement.setLong(13, changed.savedBytes());
            statement.setLong(14, changed.id());
            return statement.executeUpdate();
        }
    }

    static int delete(Connection connection, long id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM subscription WHERE id = ?")) {
            statement.setLong(1, id);
            return statement.executeUpdate();
        }
    }

    /** What is kept besides, in the order in which it came. */
    static List<OtherFile> others(Connection connection, long id) throws SQLException {
        List<OtherFile> others = new ArrayList<>();
        String columns = "SELECT kind, file, number, content, size, modified_nanos, file_key FROM other_file"
                + " WHERE subscription = ? ORDER BY rowid";
        try (PreparedStatement statement = connection.prepareStatement(columns)) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    others.add(new OtherFile(
                            OtherFile.Kind.valueOf(row.getString(1)),
                            Path.of(row.getString(2)),
                            row.getInt(3),
                            id(row.getBytes(4)),
                            stamp(row, 5)));
                }
            }
        }
        return others;
    }

    static int insert(Connection connection, long id, OtherFile other) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT OR REPLACE INTO other_file VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            statement.setLong(1, id);
            statement.setString(2, other.kind().name());
            statement.setString(3, other.file().toString());
            statement.setInt(4, other.number());
            statement.setBytes(5, other.content().toBytes());
            stamp(statement, 6, other.stamp());
            return statement.executeUpdate();
        }
    }

    static int delete(Connection connection, long id, Path other) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM other_file WHERE subscription = ? AND file = ?")) {
            statement.setLong(1, id);
            statement.setString(2, other.toString());
            return statement.executeUpdate();
        }
    }

    static @Nullable PendingReplacement pending(Connection connection, long id) throws SQLException {
        String columns = "SELECT file, incoming, fresh_size, fresh_modified_nanos, fresh_file_key, present_size,"
                + " present_modified_nanos, present_file_key, replaced, kept, seen, next_number, next_content,"
                + " old_number, old_role FROM replacement WHERE subscription = ?";
        try (PreparedStatement statement = connection.prepareStatement(columns)) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                Replacement.Plan plan = new Replacement.Plan(
                        Path.of(row.getString(1)),
                        Path.of(row.getString(2)),
                        stamp(row, 3),
                        stamp(row, 6),
                        id(row.getBytes(9)),
                        Path.of(row.getString(10)));
                byte[] next = row.getBytes(13);
                return new PendingReplacement(
                        plan,
                        row.getInt(11),
                        next == null ? null : new PendingReplacement.Next(row.getInt(12), id(next)),
                        row.getInt(14),
                        Subscription.Role.valueOf(row.getString(15)));
            }
        }
    }

    static int insert(Connection connection, long id, PendingReplacement pending) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO replacement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            Replacement.Plan plan = pending.plan();
            statement.setLong(1, id);
            statement.setString(2, plan.file().toString());
            statement.setString(3, plan.incoming().toString());
            stamp(statement, 4, plan.fresh());
            stamp(statement, 7, plan.present());
            statement.setBytes(10, plan.replaced().toBytes());
            statement.setString(11, plan.kept().toString());
            statement.setInt(12, pending.seen());
            PendingReplacement.Next next = pending.next();
            if (next != null) {
                statement.setInt(13, next.number());
                statement.setBytes(14, next.content().toBytes());
            }
            statement.setInt(15, pending.oldNumber());
            statement.setString(16, pending.oldRole().name());
            return statement.executeUpdate();
        }
    }

    static int deletePending(Connection connection, long id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM replacement WHERE subscription = ?")) {
            statement.setLong(1, id);
            return statement.executeUpdate();
        }
    }

    private static FileStamp stamp(ResultSet row, int first) throws SQLException {
        return new FileStamp(row.getLong(first), row.getLong(first + 1), row.getString(first + 2));
    }

    private static void stamp(PreparedStatement statement, int first, FileStamp stamp) throws SQLException {
        statement.setLong(first, stamp.size());
        statement.setLong(first + 1, stamp.modifiedNanos());
        statement.setString(first + 2, stamp.key());
    }

    private static ContentId id(byte[] bytes) {
        return ContentId.read(ByteBuffer.wrap(bytes));
    }
}
