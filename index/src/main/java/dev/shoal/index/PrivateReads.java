package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.VersionRecord;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * What somebody may read of names that only some see, on one connection. Each question is one statement that has the
 * reader in its conditions, and looks at a name in the place of one that is not there: what he may not see leaves the
 * database as little as what there is not, and after the same steps. For the thread that owns the connection.
 */
final class PrivateReads {

    /** Most names of an account's own, and of others, in what it is shown: some 20 ms. */
    static final int MAX_READABLE = 10_000;

    /** The reader's account; null for who has none, whom no condition is true for. */
    private static final String ME = "(SELECT id FROM accounts WHERE name = :user)";

    private static final String ROW = "n.name, n.content, n.folder, n.number, n.published, n.audience";

    /** A name that only some see, or else one that nobody owns or reads: its audience has a length that no id has. */
    private static final String HIDDEN = "(SELECT :name AS name, coalesce(number, 1) AS number,"
            + " coalesce(audience, zeroblob(17)) AS audience, coalesce(key_id, 0) AS key_id"
            + " FROM (SELECT 1) LEFT JOIN private_names ON private_names.name = :name)";

    private static final String IS_OWNER = "n.key_id IN (SELECT id FROM keys WHERE key IN (:key, :accountKey))";

    private final NameTables names;
    private final Handle handle;

    PrivateReads(NameTables names) {
        this.names = names;
        this.handle = names.handle();
    }

    /** Whether an account may read what is shared with an audience. */
    boolean mayRead(AudienceId audience, Asker reader) {
        return asReader(handle.createQuery("SELECT " + reads(":audience")), reader)
                .bind("audience", audience.toBytes())
                .mapTo(Boolean.class)
                .one();
    }

    /** A version of a name; 0 for the latest. Empty when the reader may not see the name, or that version of it. */
    Optional<Names.Inspected> inspect(Name name, int version, Asker reader) {
        String read = "SELECT v.record, v.audience, n.number FROM %s n LEFT JOIN private_versions v ON v.name = n.name"
                + " AND v.number = %s WHERE n.name = :name AND (" + IS_OWNER + " OR %s)";
        Query ofHidden = handle.createQuery(read.formatted(
                HIDDEN,
                "CASE :version WHEN 0 THEN n.number ELSE :version END",
                "(" + reads("n.audience") + " AND (v.audience IS NULL OR " + reads("v.audience") + "))"));
        Query ofShown = handle.createQuery(read.formatted("names", ":version", reads("v.audience")));
        return inspected(ofHidden, name, version, reader).or(() -> inspected(ofShown, name, version, reader));
    }

    private Optional<Names.Inspected> inspected(Query query, Name name, int version, Asker reader) {
        return asOwner(asReader(query, reader), reader)
                .bind("name", name.text())
                .bind("version", version)
                .map((row, context) -> inspected(row, name))
                .findOne()
                .flatMap(found -> found);
    }

    /** Empty for a version that is not kept. */
    private Optional<Names.Inspected> inspected(ResultSet row, Name name) throws SQLException {
        byte[] record = row.getBytes(1);
        return record == null
                ? Optional.empty()
                : Optional.of(new Names.Inspected(
                        VersionRecord.decode(record),
                        row.getInt(3),
                        names.transfers().ownership(name).orElse(null),
                        audience(row.getBytes(2))));
    }

    /**
     * Those versions of a name, with numbers below one and the newest first, that only some see, and what was public of
     * a name that only some see by now. Those of a name that everybody sees are shown to its owner alone: for others,
     * the work would tell how many there are. Empty when the reader sees none because he does not see the name.
     */
    Optional<List<Names.Kept>> versions(Name name, int below, int most, Asker reader) {
        String read = "SELECT v.record, v.audience, v.changed_bytes FROM %s n LEFT JOIN private_versions v"
                + " ON v.name = n.name AND v.number < :below WHERE n.name = :name AND (" + IS_OWNER + " OR %s) AND ("
                + IS_OWNER
                + " OR %s) ORDER BY v.number DESC LIMIT :most";
        // The first condition is about the name alone: of one that the reader does not see, no version is looked at.
        Query ofHidden = handle.createQuery(
                read.formatted(HIDDEN, reads("n.audience"), "v.audience IS NULL OR " + reads("v.audience")));
        Query ofShown = handle.createQuery(read.formatted("names", "false", "false"));
        return versions(ofHidden, name, below, most, reader).or(() -> versions(ofShown, name, below, most, reader));
    }

    private Optional<List<Names.Kept>> versions(Query query, Name name, int below, int most, Asker reader) {
        List<Optional<Names.Kept>> rows = asOwner(asReader(query, reader), reader)
                .bind("name", name.text())
                .bind("below", below)
                .bind("most", most)
                .map((row, context) -> kept(row))
                .list();
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(rows.stream().flatMap(Optional::stream).toList());
    }

    /** Empty for the row of a name without such versions. */
    private static Optional<Names.Kept> kept(ResultSet row) throws SQLException {
        byte[] record = row.getBytes(1);
        return record == null
                ? Optional.empty()
                : Optional.of(new Names.Kept(
                        VersionRecord.decode(record), audience(row.getBytes(2)), NameTables.changed(row, 3)));
    }

    /** The number of the version of a name that is a content, for who may read what is shared with that audience. */
    Optional<Integer> number(Name name, ContentId content, AudienceId audience, Asker reader) {
        // Who may not read is told so before anybody looks whether there is such a version.
        String query = "SELECT CASE WHEN " + reads(":audience") + " THEN (SELECT max(v.number) FROM private_versions v"
                + " WHERE v.name = :name AND v.content = :content AND v.audience = :audience) END";
        return asReader(handle.createQuery(query), reader)
                .bind("name", name.text())
                .bind("content", content.toBytes())
                .bind("audience", audience.toBytes())
                .mapTo(Integer.class)
                .findOne();
    }

    /** What somebody may take away of a name, or withdraw from it: all of it, or being a source of what he may read. */
    Optional<Names.Removed> removable(Name name, Asker asker) {
        Query query = handle.createQuery("SELECT " + IS_OWNER + " FROM " + HIDDEN + " n WHERE n.name = :name AND ("
                + IS_OWNER + " OR " + reads("n.audience") + ")");
        return asOwner(asReader(query, asker), asker)
                .bind("name", name.text())
                .mapTo(Boolean.class)
                .findOne()
                .map(isOwner -> new Names.Removed(isOwner, names.privates().registered(name)));
    }

    /**
     * Other numbers than before when there may be other names to read than before.
     *
     * @param ofAccount of {@link #ofAccount}; 0 for none
     * @param ofKey of {@link #ofKey}; 0 when the key never had any
     */
    record Stamps(long ofAccount, long ofKey) {}

    /** As of now. */
    Stamps stamps(Asker reader) {
        String query = "SELECT max(a.reads_stamp,"
                + " coalesce((SELECT max(g.stamp) FROM group_members m CROSS JOIN account_groups g"
                + " ON g.id = m.group_id WHERE m.account_id = a.id), 0),"
                + " coalesce((SELECT private_stamp FROM keys WHERE key = :accountKey), 0),"
                + " (SELECT wide FROM private_clock)),"
                + " coalesce((SELECT private_stamp FROM keys WHERE key = :key), 0)"
                + " FROM accounts a WHERE a.name = :user";
        return asOwner(asReader(handle.createQuery(query), reader), reader)
                .map((row, context) -> new Stamps(row.getLong(1), row.getLong(2)))
                .findOne()
                .orElse(new Stamps(0, 0));
    }

    /**
     * The latest versions of the names that an account may read, in the order of their bytes: its own, and those that
     * were shared with it last.
     */
    List<NameRow> ofAccount(Asker reader) {
        // Each part by itself is bounded: whoever is put into very many audiences holds nobody up.
        String others = "SELECT " + ROW + " FROM ("
                + "SELECT id AS audience FROM (SELECT id FROM audiences WHERE account_id = " + ME + " LIMIT "
                + MAX_READABLE + ")"
                + " UNION SELECT audience FROM (SELECT audience FROM audience_readers WHERE account_id = " + ME
                + " ORDER BY rowid DESC LIMIT " + MAX_READABLE + ")"
                + " UNION SELECT audience FROM (SELECT r.audience FROM group_members m JOIN audience_readers r"
                + " ON r.group_id = m.group_id WHERE m.account_id = " + ME + " LIMIT " + MAX_READABLE + ")"
                + ") a CROSS JOIN private_names n ON n.audience = a.audience LIMIT " + MAX_READABLE;
        return inOrder(ownedBy(reader.memberKey()), asReader(handle.createQuery(others), reader));
    }

    /** The same of the names that the reader's own key has, which need not be the account's. */
    List<NameRow> ofKey(Asker reader) {
        return inOrder(ownedBy(reader.ownKey()));
    }

    private Query ownedBy(byte @Nullable [] key) {
        return handle.createQuery("SELECT " + ROW + " FROM private_names n WHERE n.key_id IN (SELECT id FROM keys"
                        + " WHERE key = :key) LIMIT " + MAX_READABLE)
                .bind("key", key);
    }

    private static List<NameRow> inOrder(Query... queries) {
        TreeMap<String, NameRow> rows = new TreeMap<>(OnlineNames.BYTE_ORDER);
        for (Query query : queries) {
            query.map((row, context) -> row(row))
                    .forEach(row -> rows.put(row.name().text(), row));
        }
        return List.copyOf(rows.values());
    }

    private static Query asReader(Query query, Asker reader) {
        Asker.Member member = reader.member();
        return query.bind("user", member == null ? null : member.name());
    }

    private static Query asOwner(Query query, Asker owner) {
        return query.bind("key", owner.ownKey()).bind("accountKey", owner.memberKey());
    }

    /**
     * Whether the reader is in an audience: owns it, is named in it, or is in a group that is. The work does not depend
     * on how many are in it, nor on whether there is such an audience: the account is looked up before.
     *
     * @param audience a column with its table, as tables in here have one of that name as well
     */
    private static String reads(String audience) {
        return "(EXISTS (SELECT 1 FROM accounts me CROSS JOIN audiences a ON a.id = " + audience
                + " WHERE me.name = :user AND a.account_id = me.id)"
                + " OR EXISTS (SELECT 1 FROM accounts me CROSS JOIN audience_readers r ON r.audience = " + audience
                + " AND r.account_id = me.id WHERE me.name = :user)"
                + " OR EXISTS (SELECT 1 FROM accounts me CROSS JOIN group_members m ON m.account_id = me.id"
                + " CROSS JOIN audience_readers r ON r.audience = " + audience
                + " AND r.group_id = m.group_id WHERE me.name = :user))";
    }

    private static NameRow row(ResultSet row) throws SQLException {
        return new NameRow(
                new Name(row.getString(1)),
                ContentId.read(ByteBuffer.wrap(row.getBytes(2))),
                row.getInt(3) != 0,
                row.getInt(4),
                row.getLong(5),
                audience(row.getBytes(6)));
    }

    private static @Nullable AudienceId audience(byte @Nullable [] bytes) {
        return bytes == null ? null : AudienceId.of(bytes);
    }
}
