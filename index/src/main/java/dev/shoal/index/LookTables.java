package dev.shoal.index;

import dev.shoal.protocol.PeerKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The statements on what first components and accounts look like, on one connection. For the thread that owns the
 * connection.
 */
final class LookTables {

    /** How many that look alike are looked at: they are somebody's own, or the first one decides. */
    private static final int MOST = 100;

    /** How many are added at once when a database of an older version is opened. */
    private static final int ADDED_AT_ONCE = 10_000;

    private record Alike(
            String owner,
            @Nullable PeerKey ofNames,
            @Nullable PeerKey ofAccount) {
        boolean is(Predicate<PeerKey> own) {
            return (ofNames != null && own.test(ofNames)) || (ofAccount != null && own.test(ofAccount));
        }
    }

    private final Handle handle;

    LookTables(Handle handle) {
        this.handle = handle;
    }

    /**
     * Why a new first component or account may not be called so; null when it may.
     *
     * @param own whether a key is that of who wants it
     */
    @Nullable
    String reasonAgainst(String owner, Predicate<PeerKey> own) {
        Look look = Look.of(owner);
        if (look.isMixed()) {
            return mixed(owner);
        }
        return handle
                .createQuery("SELECT l.owner, k.key, a.key FROM looks l LEFT JOIN owners o ON o.owner = l.owner"
                        + " LEFT JOIN keys k ON k.id = o.key_id LEFT JOIN accounts a ON a.name = l.owner"
                        + " WHERE (l.plain = ? OR l.folded = ? OR l.deep = ?) AND l.owner <> ? LIMIT ?")
                .bind(0, look.plain())
                .bind(1, look.folded())
                .bind(2, look.deep())
                .bind(3, owner)
                .bind(4, MOST)
                .map((row, context) -> new Alike(row.getString(1), key(row.getBytes(2)), key(row.getBytes(3))))
                .stream()
                .filter(alike -> !alike.is(own))
                .findFirst()
                .map(alike -> "\"" + owner + "\" looks like \"" + alike.owner() + "\", which belongs to somebody else."
                        + " Choose another.")
                .orElse(null);
    }

    /** Why nobody may be called so. */
    static String mixed(String owner) {
        return "\"" + owner + "\" mixes letters or digits of scripts that are not written together, as those do that"
                + " want to be taken for another. Choose another.";
    }

    void add(String owner) {
        Look look = Look.of(owner);
        handle.execute(
                "INSERT OR IGNORE INTO looks VALUES (?, ?, ?, ?)", owner, look.plain(), look.folded(), look.deep());
    }

    /** Adds some of those that a database of an older version has. Returns whether there may be more. */
    boolean addMissing() {
        List<String> missing = handle.createQuery("SELECT owner FROM (SELECT owner FROM owners UNION SELECT name FROM"
                        + " accounts) WHERE owner NOT IN (SELECT owner FROM looks) LIMIT ?")
                .bind(0, ADDED_AT_ONCE)
                .mapTo(String.class)
                .list();
        missing.forEach(this::add);
        return missing.size() == ADDED_AT_ONCE;
    }

    /** Takes those away that are neither first components nor accounts any more. */
    void removeUnused() {
        handle.execute("DELETE FROM looks WHERE owner NOT IN (SELECT owner FROM owners) AND owner NOT IN (SELECT name"
                + " FROM accounts)");
    }

    private static @Nullable PeerKey key(byte @Nullable [] bytes) {
        return Optional.ofNullable(bytes).map(PeerKey::of).orElse(null);
    }
}
