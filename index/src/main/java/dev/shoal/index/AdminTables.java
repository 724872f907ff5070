package dev.shoal.index;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.AdminRequest.Target;
import dev.shoal.protocol.Fingerprint;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The statements of administration, on one connection. Writes are to be made inside a transaction. For the thread that
 * owns the connection.
 */
final class AdminTables {

    /** Of a banned peer, of which the whole id may be there. */
    private static final String FINGERPRINT = "substr(peer, 1, " + Fingerprint.BYTES + ")";

    private final Handle handle;

    AdminTables(Handle handle) {
        this.handle = handle;
    }

    /** Whether a key acts for an administrator. */
    boolean isAdministrator(PeerId peer) {
        return number(
                        "SELECT count(*) FROM devices d JOIN accounts a ON a.id = d.account_id"
                                + " WHERE d.peer = ? AND a.administrator",
                        (Object) peer.hash().toBytes())
                > 0;
    }

    /** Whether the key of a fingerprint acts for an administrator. */
    boolean isAdministrator(Fingerprint peer) {
        return number(
                        "SELECT count(*) FROM accounts a JOIN devices d ON d.account_id = a.id"
                                + " WHERE a.administrator AND substr(d.peer, 1, " + Fingerprint.BYTES + ") = ?",
                        (Object) peer.toBytes())
                > 0;
    }

    boolean isAdministrator(Accounts.Account account) {
        return number("SELECT administrator FROM accounts WHERE id = ?", account.number()) > 0;
    }

    /** Those that are banned cannot administer: databases of older versions may have such. */
    long countAdministrators() {
        return number("SELECT count(*) FROM accounts WHERE administrator AND name NOT IN (SELECT user FROM bans WHERE"
                + " user IS NOT NULL)");
    }

    void appoint(Accounts.Account account, boolean administrator) {
        handle.execute("UPDATE accounts SET administrator = ? WHERE id = ?", administrator, account.number());
    }

    List<AdminReply.Account> accounts(String after, int most) {
        return handle.createQuery("SELECT a.name, a.made, a.administrator,"
                        + " EXISTS (SELECT 1 FROM bans b WHERE b.user = a.name),"
                        + " (SELECT count(*) FROM devices d WHERE d.account_id = a.id),"
                        + " coalesce((SELECT k.names FROM keys k WHERE k.key = a.key), 0)"
                        + " FROM accounts a WHERE a.name > ? ORDER BY a.name LIMIT ?")
                .bind(0, after)
                .bind(1, most)
                .map((row, context) -> new AdminReply.Account(
                        row.getString(1),
                        row.getLong(2),
                        row.getBoolean(3),
                        row.getBoolean(4),
                        row.getInt(5),
                        row.getInt(6)))
                .list();
    }

    /** The keys that act for an account. */
    List<PeerId> devices(Accounts.Account account) {
        return handle.createQuery("SELECT peer FROM devices WHERE account_id = ?")
                .bind(0, account.number())
                .map((row, context) -> new PeerId(Hash.of(row.getBytes(1))))
                .list();
    }

    /**
     * Takes away what an account acts through, and what it offered and nobody took yet. Returns whether there was
     * anything.
     */
    boolean removeDevices(Accounts.Account account) {
        boolean offered = new TransferTables(handle).takeBack(account.key()::equals);
        return handle.execute("DELETE FROM devices WHERE account_id = ?", account.number()) > 0 || offered;
    }

    /** Takes an account away with all that is its own but its names. */
    void remove(Accounts.Account account) {
        removeDevices(account);
        handle.execute("DELETE FROM recovery_codes WHERE account_id = ?", account.number());
        AudienceTables.forgetAccount(handle, account.number());
        handle.execute(
                "DELETE FROM group_members WHERE account_id = ? OR group_id IN (SELECT id FROM account_groups WHERE"
                        + " account_id = ?)",
                account.number(),
                account.number());
        handle.execute("DELETE FROM account_groups WHERE account_id = ?", account.number());
        handle.execute(
                "INSERT OR REPLACE INTO former_keys VALUES (?, ?)",
                account.key().toBytes(),
                account.name());
        handle.execute("DELETE FROM accounts WHERE id = ?", account.number());
    }

    boolean isBanned(String user) {
        return number("SELECT count(*) FROM bans WHERE user = ?", user) > 0;
    }

    List<Fingerprint> bannedPeers() {
        return handle.createQuery("SELECT " + FINGERPRINT + " FROM bans WHERE peer IS NOT NULL")
                .map((row, context) -> Fingerprint.of(row.getBytes(1)))
                .list();
    }

    long countBans() {
        return number("SELECT count(*) FROM bans");
    }

    /** Returns whether it was not there, by its id or its fingerprint. */
    boolean ban(Target target, String reason, long nowMillis, String maker) {
        boolean there = fingerprint(target)
                .filter(peer -> number("SELECT count(*) FROM bans WHERE " + FINGERPRINT + " = ?", (Object) peer) > 0)
                .isPresent();
        return !there
                && handle.execute(
                                "INSERT OR IGNORE INTO bans (user, peer, reason, made, maker) VALUES (?, ?, ?, ?, ?)",
                                user(target).orElse(null),
                                peer(target).orElse(null),
                                reason,
                                nowMillis,
                                maker)
                        > 0;
    }

    /** Returns whether it was there, by its id or its fingerprint. */
    boolean unban(Target target) {
        return handle.execute(
                        "DELETE FROM bans WHERE user = ? OR " + FINGERPRINT + " = ?",
                        user(target).orElse(null),
                        fingerprint(target).orElse(null))
                > 0;
    }

    /** A page of bans, and the number after which the next one begins. */
    record Bans(List<AdminReply.Banned> entries, long cursor) {}

    Bans bans(long after, int most) {
        long[] last = {0};
        List<AdminReply.Banned> entries = handle.createQuery(
                        "SELECT id, user, peer, reason, made, maker FROM bans WHERE id > ? ORDER BY id LIMIT ?")
                .bind(0, after)
                .bind(1, most)
                .map((row, context) -> {
                    last[0] = row.getLong(1);
                    return new AdminReply.Banned(target(row), row.getString(4), row.getLong(5), row.getString(6));
                })
                .list();
        return new Bans(entries, entries.size() < most ? 0 : last[0]);
    }

    /**
     * A key that owns names.
     *
     * @param id of its row
     * @param names how many that everybody sees
     */
    record Owning(long id, PeerKey key, int names) {}

    /** Those that are no account's and own names which everybody sees, in the order of their rows. */
    List<Owning> owning(long afterId, int most) {
        return handle.createQuery("SELECT id, key, names FROM keys k WHERE id > ? AND names > 0"
                        + " AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.key = k.key) ORDER BY id LIMIT ?")
                .bind(0, afterId)
                .bind(1, most)
                .map((row, context) -> new Owning(row.getLong(1), PeerKey.of(row.getBytes(2)), row.getInt(3)))
                .list();
    }

    /** How many names a key owns that everybody sees. */
    int names(PeerKey key) {
        return (int) number("SELECT coalesce(sum(names), 0) FROM keys WHERE key = ?", (Object) key.toBytes());
    }

    private static Target target(ResultSet row) throws SQLException {
        String user = row.getString(2);
        if (user != null) {
            return new Target.OfAccount(user);
        }
        byte[] peer = row.getBytes(3);
        return peer.length == Fingerprint.BYTES
                ? new Target.OfFingerprint(Fingerprint.of(peer))
                : new Target.OfPeer(new PeerId(Hash.of(peer)));
    }

    private static Optional<String> user(Target target) {
        return target instanceof Target.OfAccount(String user) ? Optional.of(user) : Optional.empty();
    }

    /** As it was said: the whole id, or no more than the fingerprint. */
    private static Optional<byte[]> peer(Target target) {
        return switch (target) {
            case Target.OfAccount account -> Optional.empty();
            case Target.OfPeer(PeerId peer) -> Optional.of(peer.hash().toBytes());
            case Target.OfFingerprint(Fingerprint fingerprint) -> Optional.of(fingerprint.toBytes());
        };
    }

    private static Optional<byte[]> fingerprint(Target target) {
        return peer(target).map(bytes -> Arrays.copyOf(bytes, Fingerprint.BYTES));
    }

    private long number(String sql, Object... arguments) {
        var query = handle.createQuery(sql);
        for (int i = 0; i < arguments.length; i++) {
            query.bind(i, arguments[i]);
        }
        return query.mapTo(Long.class).one();
    }
}
