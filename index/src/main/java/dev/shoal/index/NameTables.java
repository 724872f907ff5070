package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the tables of names, on one connection. Writes are to be made inside a transaction. For the thread
 * that owns the connection.
 */
final class NameTables {

    private static final String ROW = "n.name, n.content, n.folder, n.number, n.published";

    private final Handle handle;
    private final LookTables looks;
    private final TransferTables transfers;
    private final PrivateTables privates;

    NameTables(Handle handle) {
        this.handle = handle;
        this.looks = new LookTables(handle);
        this.transfers = new TransferTables(handle);
        this.privates = new PrivateTables(handle);
    }

    /** The connection. */
    Handle handle() {
        return handle;
    }

    /** Those of what first components look like, on the same connection. */
    LookTables looks() {
        return looks;
    }

    /** Those of transfers, on the same connection. */
    TransferTables transfers() {
        return transfers;
    }

    /** Those of names that only some see, on the same connection. */
    PrivateTables privates() {
        return privates;
    }

    /**
     * A name as its row says.
     *
     * @param id number of the row
     * @param keyId number of its owner's row
     * @param usedDay when it was last seen in use
     */
    record Found(long id, long keyId, int number, ContentId content, int usedDay) {}

    /** What the rules need to know of a wish. */
    NameRules.Known known(Names.Registration wish) {
        Optional<Found> found = find(wish.name());
        NameRules.@Nullable Latest latest = found.map(name -> latest(name, wish))
                .or(() -> privates.owned(wish.name(), wish.asker()).map(name -> hiddenLatest(name, wish)))
                .orElse(null);
        VersionRecord record = wish.record();
        Counts counts = counts(record == null ? wish.asker().key() : record.owner());
        return new NameRules.Known(
                latest,
                latest == null && record != null ? component(wish, record) : NameRules.Component.FREE,
                counts.names,
                counts.owners,
                counts.recordBytes);
    }

    /**
     * Of a name that others than the asker see, only the owner of its first component comes to know that it is taken;
     * for nobody else it is even looked for.
     */
    private NameRules.Component component(Names.Registration wish, VersionRecord record) {
        String called = wish.name().owner();
        PeerKey owner = transfers.owner(called).orElse(null);
        if (owner != null) {
            boolean isHidden =
                    owner.equals(record.owner()) && privates.find(wish.name()).isPresent();
            return new NameRules.Component(
                    owner,
                    null,
                    isHidden ? "The name " + wish.name() + " is taken, by somebody it was given to." : null);
        }
        PeerKey account = handle.createQuery("SELECT key FROM accounts WHERE name = ?")
                .bind(0, called)
                .map((row, context) -> PeerKey.of(row.getBytes(1)))
                .findOne()
                .orElse(null);
        // An account was looked at when it was made.
        String reason = account != null ? null : looks.reasonAgainst(called, wish.asker()::is);
        return new NameRules.Component(null, account, reason);
    }

    Optional<Found> find(Name name) {
        return handle.createQuery("SELECT id, key_id, number, content, used_day FROM names WHERE name = ?")
                .bind(0, name.text())
                .map((row, context) -> new Found(
                        row.getLong(1), row.getLong(2), row.getInt(3), contentId(row.getBytes(4)), row.getInt(5)))
                .findOne();
    }

    /** Makes a name; its key and first component are made as needed. */
    void makeName(VersionRecord record, boolean takesComponent, int day) {
        insert(record, null, count(record, takesComponent, day, "names"), day, 0);
    }

    /**
     * Counts a name that is made.
     *
     * @param column in which column of its key
     * @return number of the key's row
     */
    long count(VersionRecord record, boolean takesComponent, int day, String column) {
        long keyId = keyId(record.owner());
        String component = record.name().owner();
        if (takesComponent) {
            handle.execute("INSERT INTO owners VALUES (?, ?, 1, ?)", component, keyId, day);
            looks.add(component);
        } else {
            handle.execute("UPDATE owners SET names = names + 1, used_day = ? WHERE owner = ?", day, component);
        }
        handle.execute(
                "UPDATE keys SET " + column + " = " + column + " + 1, owners = owners + ?,"
                        + " record_bytes = record_bytes + ? WHERE id = ?",
                takesComponent ? 1 : 0,
                record.encode().length,
                keyId);
        return keyId;
    }

    /**
     * Writes a name with one version, and what finds it.
     *
     * @param changedBytes how many of its bytes are not in the version before; null for no word
     * @return number of its row
     */
    long insert(VersionRecord record, @Nullable Long changedBytes, long keyId, int day, int componentTransfers) {
        Name name = record.name();
        long id = handle.createUpdate(
                        "INSERT INTO names (name, file, key_id, number, folder, content, published, used_day,"
                                + " component_transfers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(0, name.text())
                .bind(1, Words.joined(name.fileName()))
                .bind(2, keyId)
                .bind(3, record.number())
                .bind(4, record.kind() == VersionRecord.Kind.FOLDER ? 1 : 0)
                .bind(5, record.content().toBytes())
                .bind(6, record.publishedMillis())
                .bind(7, day)
                .bind(8, componentTransfers)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
        addVersion(id, record, changedBytes);
        List<String> words = Words.of(name.text());
        handle.execute("INSERT INTO words (rowid, word) VALUES (?, ?)", id, String.join(" ", words));
        handle.execute(
                "INSERT INTO long_words SELECT value, 1 FROM json_each(?) WHERE true"
                        + " ON CONFLICT (word) DO UPDATE SET names = names + 1",
                longWords(words));
        return id;
    }

    /** Adds a version to a name, and forgets the oldest ones above the count that is kept. */
    void makeVersion(VersionRecord record, @Nullable Long changedBytes, int kept, int day) {
        Found found = find(record.name()).orElseThrow();
        byte[] bytes = record.encode();
        int oldest = handle.createQuery(
                        "SELECT number FROM versions WHERE name_id = ? ORDER BY number DESC LIMIT 1 OFFSET ?")
                .bind(0, found.id())
                .bind(1, kept - 1)
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
        long forgotten = handle.createQuery(
                        "SELECT coalesce(sum(length(record)), 0) FROM versions WHERE name_id = ? AND number <= ?")
                .bind(0, found.id())
                .bind(1, oldest)
                .mapTo(Long.class)
                .one();
        handle.execute("DELETE FROM versions WHERE name_id = ? AND number <= ?", found.id(), oldest);
        addVersion(found.id(), record, changedBytes);
        handle.execute(
                "UPDATE names SET number = ?, folder = ?, content = ?, published = ?, used_day = ? WHERE id = ?",
                record.number(),
                record.kind() == VersionRecord.Kind.FOLDER ? 1 : 0,
                record.content().toBytes(),
                record.publishedMillis(),
                day,
                found.id());
        handle.execute(
                "UPDATE keys SET record_bytes = record_bytes + ? WHERE id = ?",
                bytes.length - forgotten,
                found.keyId());
    }

    private void addVersion(long id, VersionRecord record, @Nullable Long changedBytes) {
        handle.execute(
                "INSERT INTO versions (name_id, number, content, record, changed_bytes) VALUES (?, ?, ?, ?, ?)",
                id,
                record.number(),
                record.content().toBytes(),
                record.encode(),
                changedBytes);
    }

    /** Takes a name and its versions away. Its first component stays with its owner for a while. */
    void remove(Name name, Found found) {
        long bytes = handle.createQuery("SELECT coalesce(sum(length(record)), 0) FROM versions WHERE name_id = ?")
                        .bind(0, found.id())
                        .mapTo(Long.class)
                        .one()
                + privates.removeVersions(name);
        takeOut(name, found);
        transfers.forget(name);
        handle.execute("UPDATE owners SET names = names - 1 WHERE owner = ?", name.owner());
        handle.execute(
                "UPDATE keys SET names = names - 1, record_bytes = record_bytes - ? WHERE id = ?",
                bytes,
                found.keyId());
    }

    /** Takes a name out of everything that shows and finds it; who counts it, does not count it out. */
    void takeOut(Name name, Found found) {
        handle.execute("DELETE FROM versions WHERE name_id = ?", found.id());
        handle.execute("DELETE FROM words WHERE rowid = ?", found.id());
        String words = longWords(Words.of(name.text()));
        handle.execute("UPDATE long_words SET names = names - 1 WHERE word IN (SELECT value FROM json_each(?))", words);
        handle.execute("DELETE FROM long_words WHERE names = 0 AND word IN (SELECT value FROM json_each(?))", words);
        handle.execute("DELETE FROM names WHERE id = ?", found.id());
    }

    /** Some names of a key. */
    List<Name> namesOf(PeerKey key, int most) {
        return handle.createQuery("SELECT n.name FROM names n JOIN keys k ON k.id = n.key_id WHERE k.key = ? LIMIT ?")
                .bind(0, key.toBytes())
                .bind(1, most)
                .map((row, context) -> new Name(row.getString(1)))
                .list();
    }

    boolean isOwner(Asker asker, Found found) {
        return asker.is(key(found.keyId()));
    }

    /** What the versions of a name are, the latest first. */
    List<ContentId> contents(Found found) {
        return handle.createQuery("SELECT content FROM versions WHERE name_id = ? ORDER BY number DESC")
                .bind(0, found.id())
                .map((row, context) -> contentId(row.getBytes(1)))
                .list();
    }

    /** A record; empty when that version is not kept. */
    Optional<VersionRecord> record(Found found, int number) {
        return handle.createQuery("SELECT record FROM versions WHERE name_id = ? AND number = ?")
                .bind(0, found.id())
                .bind(1, number)
                .map((row, context) -> VersionRecord.decode(row.getBytes(1)))
                .findOne();
    }

    /** How many bytes of a version are said to have changed; null for no word. */
    static @Nullable Long changed(ResultSet row, int column) throws SQLException {
        long bytes = row.getLong(column);
        return row.wasNull() ? null : bytes;
    }

    /** The versions with numbers below one, the newest first. */
    List<Names.Kept> versions(Found found, int below, int most) {
        return handle.createQuery("SELECT record, changed_bytes FROM versions WHERE name_id = ? AND number < ?"
                        + " ORDER BY number DESC LIMIT ?")
                .bind(0, found.id())
                .bind(1, below)
                .bind(2, most)
                .map((row, context) -> new Names.Kept(VersionRecord.decode(row.getBytes(1)), null, changed(row, 2)))
                .list();
    }

    /** See {@link Names#walk}. */
    String walk(String after, int most, Predicate<NameRow> visitor) {
        String last = after;
        int shown = 0;
        try (ResultIterator<NameRow> rows = handle.createQuery(
                        "SELECT " + ROW + " FROM names n WHERE n.name > ? ORDER BY n.name LIMIT ?")
                .bind(0, after)
                .bind(1, most)
                .map((row, context) -> row(row))
                .iterator()) {
            while (rows.hasNext()) {
                NameRow row = rows.next();
                shown++;
                if (!visitor.test(row)) {
                    return last;
                }
                last = row.name().text();
            }
        }
        return shown < most ? "" : last;
    }

    /** See {@link Names#withContents}. */
    List<NameRow> withContents(List<ContentId> contents, int mostEach) {
        List<NameRow> found = new ArrayList<>(contents.size());
        // Thousands of times the same statement: prepared once, which the library above does not do.
        try (PreparedStatement query = handle.getConnection()
                .prepareStatement("SELECT " + ROW + " FROM names n WHERE n.content = ? LIMIT ?")) {
            for (ContentId content : contents) {
                query.setBytes(1, content.toBytes());
                query.setInt(2, mostEach);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        found.add(row(rows));
                    }
                }
            }
            return found;
        } catch (SQLException e) {
            throw new IndexException(ErrorCode.UNAVAILABLE, "The index could not read its names.", e);
        }
    }

    /** The name itself, when the text is one. */
    Optional<NameRow> exact(String name) {
        return handle.createQuery("SELECT " + ROW + " FROM names n WHERE n.name = ?")
                .bind(0, name)
                .map((row, context) -> row(row))
                .findOne();
    }

    /** Names whose last component has these words and no others. */
    List<NameRow> withFile(String words, int most) {
        return handle.createQuery("SELECT " + ROW + " FROM names n WHERE n.file = ? LIMIT ?")
                .bind(0, words)
                .bind(1, most)
                .map((row, context) -> row(row))
                .list();
    }

    /** Names that match an expression of FTS5, the latest made first. */
    List<NameRow> matching(String expression, int most) {
        return handle.createQuery("SELECT " + ROW + " FROM words w JOIN names n ON n.id = w.rowid"
                        + " WHERE words MATCH ? ORDER BY w.rowid DESC LIMIT ?")
                .bind(0, expression)
                .bind(1, most)
                .map((row, context) -> row(row))
                .list();
    }

    /** Some of the words, longer than {@link Words#SHORT}, that begin with a longer word than that. */
    List<String> wordsFrom(String beginning, int most) {
        return handle.createQuery("SELECT word FROM long_words WHERE word >= ? AND word < ? ORDER BY word LIMIT ?")
                .bind(0, beginning)
                .bind(1, beginning + Character.toString(Character.MAX_CODE_POINT))
                .bind(2, most)
                .mapTo(String.class)
                .list();
    }

    /** Names that were last seen in use on or before a day, from a row number on. */
    List<Unused> unused(int day, long afterId, int most) {
        return handle.createQuery("SELECT id, name, content, used_day FROM names"
                        + " WHERE used_day <= ? AND id > ? ORDER BY id LIMIT ?")
                .bind(0, day)
                .bind(1, afterId)
                .bind(2, most)
                .map((row, context) -> new Unused(
                        row.getLong(1), new Name(row.getString(2)), contentId(row.getBytes(3)), row.getInt(4)))
                .list();
    }

    /** A name that was not seen in use for a while. */
    record Unused(long id, Name name, ContentId content, int usedDay) {}

    void stamp(Name name, int day) {
        handle.execute("UPDATE names SET used_day = ? WHERE name = ? AND used_day < ?", day, name.text(), day);
        handle.execute("UPDATE owners SET used_day = ? WHERE owner = ? AND used_day < ?", day, name.owner(), day);
    }

    /** Frees first components without names that were last used on or before a day. */
    void freeOwners(int day) {
        handle.execute(
                "UPDATE keys SET owners = owners - (SELECT count(*) FROM owners o"
                        + " WHERE o.key_id = keys.id AND o.names = 0 AND o.used_day <= ?)"
                        + " WHERE id IN (SELECT key_id FROM owners WHERE names = 0 AND used_day <= ?)",
                day,
                day);
        handle.execute("DELETE FROM owners WHERE names = 0 AND used_day <= ?", day);
        handle.execute("DELETE FROM keys WHERE names = 0 AND owners = 0 AND private_names = 0 AND private_stamp = 0");
        transfers.forgetFreed();
        looks.removeUnused();
    }

    long count() {
        return handle.createQuery("SELECT count(*) FROM names")
                .mapTo(Long.class)
                .one();
    }

    private NameRules.Latest latest(Found found, Names.Registration wish) {
        AudienceId audience = wish.audience();
        int same = audience != null
                ? privates.number(wish.name(), wish.content(), audience)
                : handle.createQuery("SELECT coalesce(max(number), 0) FROM versions WHERE name_id = ? AND content = ?")
                        .bind(0, found.id())
                        .bind(1, wish.content().toBytes())
                        .mapTo(Integer.class)
                        .one();
        Hash hash = record(found, found.number()).map(VersionRecord::hash).orElse(Hash.ZERO);
        return new NameRules.Latest(key(found.keyId()), found.number(), hash, same, false);
    }

    /** The same of a name that only some see, to its owner. */
    private NameRules.Latest hiddenLatest(Found found, Names.Registration wish) {
        Hash hash = privates.record(wish.name(), found.number())
                .map(VersionRecord::hash)
                .orElse(Hash.ZERO);
        int same = privates.number(wish.name(), wish.content(), wish.audience());
        return new NameRules.Latest(key(found.keyId()), found.number(), hash, same, true);
    }

    /** What a key has. */
    record Counts(int names, int owners, long recordBytes) {}

    Counts counts(PeerKey key) {
        return handle.createQuery("SELECT names + private_names, owners, record_bytes FROM keys WHERE key = ?")
                .bind(0, key.toBytes())
                .map((row, context) -> new Counts(row.getInt(1), row.getInt(2), row.getLong(3)))
                .findOne()
                .orElseGet(() -> new Counts(0, 0, 0));
    }

    private PeerKey key(long keyId) {
        return handle.createQuery("SELECT key FROM keys WHERE id = ?")
                .bind(0, keyId)
                .map((row, context) -> PeerKey.of(row.getBytes(1)))
                .one();
    }

    /** Number of a key's row, which is made as needed. */
    long keyId(PeerKey key) {
        handle.execute(
                "INSERT INTO keys (key, names, owners, record_bytes) VALUES (?, 0, 0, 0)" + " ON CONFLICT DO NOTHING",
                (Object) key.toBytes());
        return handle.createQuery("SELECT id FROM keys WHERE key = ?")
                .bind(0, key.toBytes())
                .mapTo(Long.class)
                .one();
    }

    /** As a JSON array; words have letters and digits only. */
    private static String longWords(List<String> words) {
        return words.stream()
                .filter(word -> !Words.isShort(word))
                .distinct()
                .map(word -> '"' + word + '"')
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static NameRow row(ResultSet row) throws SQLException {
        return new NameRow(
                new Name(row.getString(1)),
                contentId(row.getBytes(2)),
                row.getInt(3) != 0,
                row.getInt(4),
                row.getLong(5));
    }

    private static ContentId contentId(byte[] bytes) {
        return ContentId.read(ByteBuffer.wrap(bytes));
    }
}
