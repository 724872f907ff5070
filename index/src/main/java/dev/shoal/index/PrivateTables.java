package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ShareId;
import dev.shoal.protocol.VersionRecord;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The statements that write names which only some see, on one connection, and what these need to know. Who reads such
 * names is a matter of {@link PrivateNames}. Writes are to be made inside a transaction. For the thread that owns the
 * connection.
 */
final class PrivateTables {

    /**
     * Whether a key has a name of which some version is for some only, be it the latest or not. Both are looked for
     * from the key: what others have must make no difference, not even in how long it takes.
     */
    private static final String HAS = "SELECT EXISTS (SELECT 1 FROM keys k"
            + " CROSS JOIN private_names n INDEXED BY private_names_key ON n.key_id = k.id AND <which>"
            + " WHERE k.key = :key) OR EXISTS (SELECT 1 FROM keys k"
            + " CROSS JOIN names n INDEXED BY names_partly_private ON n.key_id = k.id AND n.partly_private AND <which>"
            + " WHERE k.key = :key)";

    private static final String HAS_NAME = HAS.replace("<which>", "n.name = :subject");

    private static final String HAS_UNDER =
            HAS.replace("<which>", "n.name > :subject || '/' AND n.name < :subject || '0'");

    private final Handle handle;

    PrivateTables(Handle handle) {
        this.handle = handle;
    }

    /** A name that only some see, whoever asks. */
    Optional<NameTables.Found> find(Name name) {
        return handle.createQuery("SELECT id, key_id, number, content, used_day FROM private_names WHERE name = ?")
                .bind(0, name.text())
                .map((row, context) -> found(row))
                .findOne();
    }

    private static NameTables.Found found(ResultSet row) throws SQLException {
        return new NameTables.Found(
                row.getLong(1), row.getLong(2), row.getInt(3), contentId(row.getBytes(4)), row.getInt(5));
    }

    /** Whether an audience is that of the asker's account, which has not dropped it. */
    boolean isOwn(AudienceId audience, Asker asker) {
        Asker.Member member = asker.member();
        return member != null
                && handle.createQuery("SELECT EXISTS (SELECT 1 FROM audiences WHERE id = ? AND NOT dropped"
                                + " AND account_id = (SELECT id FROM accounts WHERE name = ?))")
                        .bind(0, audience.toBytes())
                        .bind(1, member.name())
                        .mapTo(Boolean.class)
                        .one();
    }

    /** A name that only some see, when the asker owns it. For others the same is looked for, and nothing found. */
    Optional<NameTables.Found> owned(Name name, Asker asker) {
        return handle.createQuery("SELECT n.id, n.key_id, n.number, n.content, n.used_day FROM keys k"
                        + " CROSS JOIN private_names n ON n.key_id = k.id AND n.name = ? WHERE k.key IN (?, ?)")
                .bind(0, name.text())
                .bind(1, asker.ownKey())
                .bind(2, asker.memberKey())
                .map((row, context) -> found(row))
                .findOne();
    }

    /** A record; empty when that version is not kept, or is one that everybody sees. */
    Optional<VersionRecord> record(Name name, int number) {
        return handle.createQuery("SELECT record FROM private_versions WHERE name = ? AND number = ?")
                .bind(0, name.text())
                .bind(1, number)
                .map((row, context) -> VersionRecord.decode(row.getBytes(1)))
                .findOne();
    }

    /** The highest number of a version that is a content, shared with just that audience; 0 for none. */
    int number(Name name, ContentId content, @Nullable AudienceId audience) {
        return handle.createQuery("SELECT coalesce(max(number), 0) FROM private_versions"
                        + " WHERE name = ? AND content = ? AND audience IS ?")
                .bind(0, name.text())
                .bind(1, content.toBytes())
                .bind(2, bytes(audience))
                .mapTo(Integer.class)
                .one();
    }

    /** Under which ids the versions of a name are registered, the latest first. */
    List<ContentId> registered(Name name) {
        return handle.createQuery("SELECT content, audience FROM private_versions WHERE name = ? ORDER BY number DESC")
                .bind(0, name.text())
                .map((row, context) -> registered(contentId(row.getBytes(1)), row.getBytes(2)))
                .list();
    }

    /** Makes a name that only some see. */
    void makeName(NameTables names, VersionRecord record, boolean takesComponent, AudienceId audience, int day) {
        long keyId = names.count(record, takesComponent, day, "private_names");
        handle.createUpdate("INSERT INTO private_names (name, audience, key_id, number, folder, content, published,"
                        + " used_day, component_transfers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)")
                .bind(0, record.name().text())
                .bind(1, audience.toBytes())
                .bind(2, keyId)
                .bind(3, record.number())
                .bind(4, record.kind() == VersionRecord.Kind.FOLDER ? 1 : 0)
                .bind(5, record.content().toBytes())
                .bind(6, record.publishedMillis())
                .bind(7, day)
                .execute();
        addVersion(record, null, audience);
    }

    /**
     * Adds a version to a name that only some see, or are to see from now on, or that everybody is to see; forgets the
     * oldest ones above the count that is kept.
     *
     * @param wish for whom it is, and what is said to have changed
     * @return by how much the number of names that everybody sees grew
     */
    int makeVersion(NameTables names, VersionRecord record, Names.Registration wish, int kept, int day) {
        AudienceId audience = wish.audience();
        Long changed = wish.changedBytes();
        Name name = record.name();
        NameTables.Found shown = names.find(name).orElse(null);
        int grew = 0;
        long keyId;
        if (shown != null) {
            keyId = shown.keyId();
            hide(names, name, shown, audience);
            grew = -1;
        } else {
            keyId = find(name).orElseThrow().keyId();
        }
        if (audience == null) {
            show(names, record, changed, keyId, day);
            grew = 1;
        } else {
            addVersion(record, changed, audience);
            handle.execute(
                    "UPDATE private_names SET audience = ?, number = ?, folder = ?, content = ?, published = ?,"
                            + " used_day = ? WHERE name = ?",
                    audience.toBytes(),
                    record.number(),
                    record.kind() == VersionRecord.Kind.FOLDER ? 1 : 0,
                    record.content().toBytes(),
                    record.publishedMillis(),
                    day,
                    name.text());
        }
        handle.execute(
                "UPDATE keys SET names = names + ?, private_names = private_names - ?, record_bytes = record_bytes + ?"
                        + " WHERE id = ?",
                grew,
                grew,
                record.encode().length - prune(name, kept),
                keyId);
        return grew;
    }

    /** Takes a name and its versions away, as {@link NameTables#remove}. */
    void remove(Name name, NameTables.Found found) {
        handle.execute("DELETE FROM private_names WHERE id = ?", found.id());
        long bytes = removeVersions(name);
        new TransferTables(handle).forget(name);
        handle.execute("UPDATE owners SET names = names - 1 WHERE owner = ?", name.owner());
        handle.execute(
                "UPDATE keys SET private_names = private_names - 1, record_bytes = record_bytes - ? WHERE id = ?",
                bytes,
                found.keyId());
    }

    /** Takes the versions of a name away. Returns how many bytes their records had. */
    long removeVersions(Name name) {
        return removeVersions(name, Integer.MAX_VALUE);
    }

    /** The same up to a number. What was for an audience alone which no version is for any more, nobody reads. */
    private long removeVersions(Name name, int last) {
        long bytes = handle.createQuery("SELECT coalesce(sum(length(record)), 0) FROM private_versions"
                        + " WHERE name = ? AND number <= ?")
                .bind(0, name.text())
                .bind(1, last)
                .mapTo(Long.class)
                .one();
        List<byte[]> audiences = handle.createQuery("SELECT DISTINCT audience FROM private_versions"
                        + " WHERE name = ? AND number <= ? AND audience IS NOT NULL")
                .bind(0, name.text())
                .bind(1, last)
                .mapTo(byte[].class)
                .list();
        handle.execute("DELETE FROM private_versions WHERE name = ? AND number <= ?", name.text(), last);
        AudienceTables tables = new AudienceTables(handle);
        audiences.forEach(audience -> tables.forgetUnlessUsed(AudienceId.of(audience)));
        return bytes;
    }

    /** Some names of a key. */
    List<Name> namesOf(byte[] key, int most) {
        return handle.createQuery("SELECT n.name FROM private_names n JOIN keys k ON k.id = n.key_id WHERE k.key = ?"
                        + " LIMIT ?")
                .bind(0, key)
                .bind(1, most)
                .map((row, context) -> new Name(row.getString(1)))
                .list();
    }

    /** Whether a key has a name of which some version is for some only, be it the latest or not. */
    boolean isOwned(String name, byte[] key) {
        return has(HAS_NAME, name, key);
    }

    /** Whether a key has such names under a first component. */
    boolean hasUnder(String component, byte[] key) {
        return has(HAS_UNDER, component, key);
    }

    private boolean has(String sql, String subject, byte[] key) {
        return handle.createQuery(sql)
                .bind("subject", subject)
                .bind("key", key)
                .mapTo(Boolean.class)
                .one();
    }

    /** Names that were last seen in use on or before a day, by the ids under which they are registered. */
    List<NameTables.Unused> unused(int day, long afterId, int most) {
        return handle.createQuery("SELECT id, name, content, used_day, audience FROM private_names"
                        + " WHERE used_day <= ? AND id > ? ORDER BY id LIMIT ?")
                .bind(0, day)
                .bind(1, afterId)
                .bind(2, most)
                .map((row, context) -> new NameTables.Unused(
                        row.getLong(1),
                        new Name(row.getString(2)),
                        registered(contentId(row.getBytes(3)), row.getBytes(5)),
                        row.getInt(4)))
                .list();
    }

    void stamp(Name name, int day) {
        handle.execute("UPDATE private_names SET used_day = ? WHERE name = ? AND used_day < ?", day, name.text(), day);
        handle.execute("UPDATE owners SET used_day = ? WHERE owner = ? AND used_day < ?", day, name.owner(), day);
    }

    /** What everybody saw is from now on for some. */
    private void hide(NameTables names, Name name, NameTables.Found shown, @Nullable AudienceId audience) {
        handle.execute(
                "INSERT INTO private_names (name, audience, key_id, number, folder, content, published, used_day,"
                        + " component_transfers) SELECT name, ?, key_id, number, folder, content, published, used_day,"
                        + " component_transfers FROM names WHERE id = ?",
                bytes(audience),
                shown.id());
        handle.execute(
                "INSERT INTO private_versions SELECT ?, number, NULL, content, record, changed_bytes FROM versions"
                        + " WHERE name_id = ?",
                name.text(),
                shown.id());
        names.takeOut(name, shown);
    }

    /** Everybody sees a name from now on, and those of its versions that everybody has seen before. */
    private void show(NameTables names, VersionRecord record, @Nullable Long changed, long keyId, int day) {
        String name = record.name().text();
        int transfers = handle.createQuery("SELECT component_transfers FROM private_names WHERE name = ?")
                .bind(0, name)
                .mapTo(Integer.class)
                .one();
        long id = names.insert(record, changed, keyId, day, transfers);
        handle.execute(
                "INSERT INTO versions SELECT ?, number, content, record, changed_bytes FROM private_versions"
                        + " WHERE name = ? AND audience IS NULL",
                id,
                name);
        handle.execute("DELETE FROM private_versions WHERE name = ? AND audience IS NULL", name);
        handle.execute(
                "UPDATE names SET partly_private = EXISTS (SELECT 1 FROM private_versions WHERE name = ?) WHERE id = ?",
                name,
                id);
        handle.execute("DELETE FROM private_names WHERE name = ?", name);
    }

    private void addVersion(VersionRecord record, @Nullable Long changed, AudienceId audience) {
        handle.execute(
                "INSERT INTO private_versions VALUES (?, ?, ?, ?, ?, ?)",
                record.name().text(),
                record.number(),
                audience.toBytes(),
                record.content().toBytes(),
                record.encode(),
                changed);
    }

    /** Forgets the oldest versions. Returns how many bytes their records had. */
    private long prune(Name name, int kept) {
        int oldest = handle.createQuery(
                        "SELECT number FROM private_versions WHERE name = ? ORDER BY number DESC LIMIT 1 OFFSET ?")
                .bind(0, name.text())
                .bind(1, kept)
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
        return removeVersions(name, oldest);
    }

    private static ContentId registered(ContentId content, byte @Nullable [] audience) {
        return audience == null ? content : ShareId.of(AudienceId.of(audience), content);
    }

    private static byte @Nullable [] bytes(@Nullable AudienceId audience) {
        return audience == null ? null : audience.toBytes();
    }

    private static ContentId contentId(byte[] bytes) {
        return ContentId.read(ByteBuffer.wrap(bytes));
    }
}
