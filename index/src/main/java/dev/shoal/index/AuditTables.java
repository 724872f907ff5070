package dev.shoal.index;

import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Text;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The statements of the audit log, on one connection. A line is written in the transaction of its change: there is
 * neither without the other. Each kind is kept apart from the others, and of one account no more than so many lines of
 * a kind: who makes many gets rid of his own of that kind, and of others' only together with a thousand other accounts.
 * For the thread that owns the connection.
 */
final class AuditTables {

    /** How many lines are kept, of administration, of accounts and of their gifts: some hundred megabytes each. */
    static final int LINES = 1_000_000;

    /** How many are kept of what one account changes of itself. */
    static final int LINES_OF_ACCOUNT = 1_000;

    /** How many are kept of what one account gives away, as it may offer and take back all day. */
    static final int GIFTS_OF_ACCOUNT = 100;

    /** How many are kept of what all keys give away that are no account's: anybody makes as many as he likes. */
    static final int GIFTS_OF_KEYS = 10_000;

    private static final int OF_ADMINISTRATION = 0;
    private static final int OF_ACCOUNT = 1;
    private static final int GIFT = 2;
    private static final int GIFT_OF_KEY = 3;

    private final Handle handle;

    AuditTables(Handle handle) {
        this.handle = handle;
    }

    /**
     * Writes what concerns others than who did it.
     *
     * @param who an account, or a key's fingerprint
     * @param address where from; empty for none
     */
    void administration(long nowMillis, String who, String address, String what) {
        add(OF_ADMINISTRATION, LINES, nowMillis, who, address, what);
    }

    /** Writes what an account changed of itself. */
    void account(Origin from, String account, String what) {
        add(OF_ACCOUNT, LINES, from, account, what);
        keep("kind = 1", account, LINES_OF_ACCOUNT);
    }

    /** Writes what an account gave away or got. */
    void gift(Origin from, String account, String what) {
        add(GIFT, LINES, from, account, what);
        keep("kind = 2", account, GIFTS_OF_ACCOUNT);
    }

    /** Writes what a key gave away or got that is no account's. */
    void giftOfKey(Origin from, String fingerprint, String what) {
        add(GIFT_OF_KEY, GIFTS_OF_KEYS, from, fingerprint, what);
    }

    /** The kind is in the statement, as each has an index of its own. */
    private void keep(String kind, String account, int most) {
        handle.execute(
                "DELETE FROM audit WHERE id = (SELECT id FROM audit WHERE who = ? AND " + kind
                        + " ORDER BY id DESC LIMIT 1 OFFSET ?)",
                account,
                most);
    }

    /** Lines before a number, the latest first; 0 to begin with the latest of all. */
    List<AdminReply.Entry> lines(long before, int most) {
        return handle.createQuery(
                        "SELECT id, made, who, address, what FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?")
                .bind(0, before == 0 ? Long.MAX_VALUE : before)
                .bind(1, most)
                .map((row, context) -> new AdminReply.Entry(
                        row.getLong(1), row.getLong(2), row.getString(3), row.getString(4), row.getString(5)))
                .list();
    }

    private void add(int kind, int most, Origin from, String who, String what) {
        add(kind, most, from.nowMillis(), who, from.address().getHostAddress(), what);
    }

    private void add(int kind, int most, long nowMillis, String who, String address, String what) {
        handle.execute(
                "INSERT INTO audit (made, who, address, what, kind, place) VALUES (?, ?, ?, ?, ?,"
                        + " (SELECT coalesce(max(place), 0) + 1 FROM audit WHERE kind = ?))",
                nowMillis,
                who,
                address,
                // As long as a line on the wire may be.
                Text.limit(what, IndexRequest.MAX_CURSOR_BYTES),
                kind,
                kind);
        handle.execute(
                "DELETE FROM audit WHERE kind = ? AND place <= (SELECT max(place) FROM audit WHERE kind = ?) - ?",
                kind,
                kind,
                most);
    }
}
