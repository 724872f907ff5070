package dev.shoal.index;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest.RecoveryEntry;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.WrappedKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the tables of accounts, on one connection. Writes are to be made inside a transaction. For the
 * thread that owns the connection.
 */
final class AccountTables {

    private static final String ACCOUNT = "a.id, a.name, a.key, a.made";

    private final Handle handle;

    AccountTables(Handle handle) {
        this.handle = handle;
    }

    Optional<Accounts.Found> find(String name) {
        return handle.createQuery("SELECT " + ACCOUNT + ", a.password, a.wrapped FROM accounts a WHERE a.name = ?")
                .bind(0, name)
                .map((row, context) -> new Accounts.Found(
                        account(row), PasswordHash.parse(row.getString(5)), WrappedKey.of(row.getBytes(6))))
                .findOne();
    }

    /** Whether there is an account of that name, or one of that key. */
    boolean isTaken(String name, PeerKey key) {
        return number("SELECT count(*) FROM accounts WHERE name = ? OR key = ?", name, key.toBytes()) > 0;
    }

    /** The ids of the keys that are or were those of accounts. */
    List<PeerId> keys() {
        return handle.createQuery("SELECT key FROM accounts UNION ALL SELECT key FROM former_keys")
                .map((row, context) -> PeerKey.of(row.getBytes(1)).id())
                .list();
    }

    long count() {
        return number("SELECT count(*) FROM accounts");
    }

    Accounts.Account make(Accounts.Fresh fresh, boolean administrator, long nowMillis) {
        long id = handle.createUpdate("INSERT INTO accounts (name, key, password, wrapped, made, administrator)"
                        + " VALUES (?, ?, ?, ?, ?, ?)")
                .bind(0, fresh.name())
                .bind(1, fresh.key().toBytes())
                .bind(2, fresh.password().text())
                .bind(3, fresh.wrapped().toBytes())
                .bind(4, nowMillis)
                .bind(5, administrator)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
        addCodes(id, fresh.codes());
        new LookTables(handle).add(fresh.name());
        return new Accounts.Account(id, fresh.name(), fresh.key(), nowMillis);
    }

    /** Writes into the audit log that the first account administers: nobody appointed it. */
    void logFirst(Accounts.Account account, Origin from) {
        new AuditTables(handle)
                .administration(
                        from.nowMillis(),
                        account.name(),
                        from.address().getHostAddress(),
                        "administers as the first account: " + account.name());
    }

    /** Writes into the audit log what an account changed of itself. */
    void log(Accounts.Account account, Origin from, String what) {
        new AuditTables(handle).account(from, account.name(), what);
    }

    private void addCodes(long id, List<RecoveryEntry> codes) {
        codes.forEach(code -> handle.execute(
                "INSERT OR IGNORE INTO recovery_codes VALUES (?, ?, ?)",
                id,
                code.hash().toBytes(),
                code.wrapped().toBytes()));
    }

    /** Writes other recovery codes in the place of those that there are. */
    void replaceCodes(Accounts.Account account, List<RecoveryEntry> codes) {
        handle.execute("DELETE FROM recovery_codes WHERE account_id = ?", account.number());
        addCodes(account.number(), codes);
    }

    /**
     * Why a new account may not be called so; null when it may.
     *
     * @param own whether a key is that of who wants it
     */
    @Nullable
    String reasonAgainst(String name, Predicate<PeerKey> own) {
        PeerKey owner = new TransferTables(handle).owner(name).orElse(null);
        return owner != null && !own.test(owner)
                ? "Names under \"" + name + "\" belong to " + owner.id().fingerprint()
                        + " already. Choose another name, or sign up with the peer that has that key."
                : new LookTables(handle).reasonAgainst(name, own);
    }

    boolean isBanned(String name) {
        return new AdminTables(handle).isBanned(name);
    }

    /** Whether a key was that of an account that was removed, and is banned. */
    boolean isBanned(PeerKey key) {
        return number("SELECT count(*) FROM former_keys f JOIN bans b ON b.user = f.name WHERE f.key = ?", (Object)
                        key.toBytes())
                > 0;
    }

    /** The invitations that accounts are made with. */
    InviteTables invites() {
        return new InviteTables(handle);
    }

    /** Writes another password. Returns whether the one before was still the account's. */
    boolean changePassword(Accounts.Found found, Accounts.NewPassword password) {
        return handle.execute(
                        "UPDATE accounts SET password = ?, wrapped = ? WHERE id = ? AND password = ?",
                        password.hash().text(),
                        password.wrapped().toBytes(),
                        found.account().number(),
                        found.password().text())
                > 0;
    }

    /** Whether the password is still the account's. */
    boolean isStill(Accounts.Found found) {
        return number(
                        "SELECT count(*) FROM accounts WHERE id = ? AND password = ?",
                        found.account().number(),
                        found.password().text())
                > 0;
    }

    /** The account that a key acts for. */
    Optional<Accounts.Account> actingFor(PeerId peer) {
        return handle.createQuery(
                        "SELECT " + ACCOUNT + " FROM devices d JOIN accounts a ON a.id = d.account_id WHERE d.peer = ?")
                .bind(0, peer.hash().toBytes())
                .map((row, context) -> account(row))
                .findOne();
    }

    /** Shows all keys with their accounts, those of one account one after the other. */
    void eachDevice(BiConsumer<PeerId, Accounts.Account> visitor) {
        try (var rows = handle.createQuery("SELECT " + ACCOUNT
                        + ", d.peer FROM devices d JOIN accounts a ON a.id = d.account_id ORDER BY a.id")
                .map((row, context) -> {
                    visitor.accept(peer(row.getBytes(5)), account(row));
                    return true;
                })
                .iterator()) {
            while (rows.hasNext()) {
                rows.next();
            }
        }
    }

    /** How many keys act for an account, but for this one. */
    long otherDevices(Accounts.Account account, PeerId peer) {
        return number(
                "SELECT count(*) FROM devices WHERE account_id = ? AND peer <> ?",
                account.number(),
                peer.hash().toBytes());
    }

    void addDevice(Accounts.Account account, Accounts.Device device) {
        handle.execute(
                "INSERT INTO devices VALUES (?, ?, ?, ?) ON CONFLICT (peer) DO UPDATE SET"
                        + " account_id = excluded.account_id, device = excluded.device, since = excluded.since",
                device.peer().hash().toBytes(),
                account.number(),
                device.device(),
                device.sinceMillis());
    }

    /** Returns whether the key acted for an account. */
    boolean removeDevice(PeerId peer) {
        return handle.execute("DELETE FROM devices WHERE peer = ?", peer.hash().toBytes()) > 0;
    }

    /** Returns whether the key acted for this account. */
    boolean removeDevice(Accounts.Account account, PeerId peer) {
        return handle.execute(
                        "DELETE FROM devices WHERE peer = ? AND account_id = ?",
                        peer.hash().toBytes(),
                        account.number())
                > 0;
    }

    List<AccountReply.Device> devices(Accounts.Account account) {
        return handle.createQuery("SELECT peer, device, since FROM devices WHERE account_id = ? ORDER BY since, peer")
                .bind(0, account.number())
                .map((row, context) -> new AccountReply.Device(peer(row.getBytes(1)), row.getString(2), row.getLong(3)))
                .list();
    }

    Optional<AccountReply.Self> self(PeerId peer) {
        return handle.createQuery("SELECT " + ACCOUNT + ", d.since,"
                        + " (SELECT count(*) FROM recovery_codes r WHERE r.account_id = a.id)"
                        + " FROM devices d JOIN accounts a ON a.id = d.account_id WHERE d.peer = ?")
                .bind(0, peer.hash().toBytes())
                .map((row, context) -> new AccountReply.Self(
                        row.getString(2), PeerKey.of(row.getBytes(3)), row.getLong(4), row.getLong(5), row.getInt(6)))
                .findOne();
    }

    Optional<AccountReply.Recovering> recovering(String name, Hash codeHash) {
        return handle.createQuery("SELECT a.key, r.wrapped FROM accounts a JOIN recovery_codes r"
                        + " ON r.account_id = a.id AND r.hash = ? WHERE a.name = ?")
                .bind(0, codeHash.toBytes())
                .bind(1, name)
                .map((row, context) ->
                        new AccountReply.Recovering(PeerKey.of(row.getBytes(1)), WrappedKey.of(row.getBytes(2))))
                .findOne();
    }

    /** Takes a recovery code away. Returns whether it was there. */
    boolean useCode(Accounts.Account account, Hash codeHash) {
        return handle.execute(
                        "DELETE FROM recovery_codes WHERE account_id = ? AND hash = ?",
                        account.number(),
                        codeHash.toBytes())
                > 0;
    }

    private long number(String sql, Object... arguments) {
        var query = handle.createQuery(sql);
        for (int i = 0; i < arguments.length; i++) {
            query.bind(i, arguments[i]);
        }
        return query.mapTo(Long.class).one();
    }

    private static Accounts.Account account(ResultSet row) throws SQLException {
        return new Accounts.Account(row.getLong(1), row.getString(2), PeerKey.of(row.getBytes(3)), row.getLong(4));
    }

    private static PeerId peer(byte[] bytes) {
        return new PeerId(Hash.of(bytes));
    }
}
