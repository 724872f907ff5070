package dev.shoal.index;

import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Text;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The statements of the audit log, on one connection. A line is written in the transaction of its change: there is
 * neither without the other. What administrators do and what accounts change of themselves are kept apart, and of one
 * account no more than so many, so that nobody gets rid of a line by making others. For the thread that owns the
 * connection.
 */
final class AuditTables {

    /** How many lines are kept, of administration and of accounts: some hundred megabytes each. */
    static final int LINES = 1_000_000;

    /** How many are kept of what one account changes of itself. */
    static final int LINES_OF_ACCOUNT = 1_000;

    private static final int OF_ADMINISTRATION = 0;
    private static final int OF_ACCOUNT = 1;

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
        add(OF_ADMINISTRATION, nowMillis, who, address, what);
    }

    /**
     * Writes what an account changed of itself.
     *
     * @param who the account, or a key's fingerprint where it is none's
     */
    void account(Origin from, String who, String what) {
        add(OF_ACCOUNT, from.nowMillis(), who, from.address().getHostAddress(), what);
        handle.execute(
                "DELETE FROM audit WHERE id = (SELECT id FROM audit WHERE who = ? AND kind = 1 ORDER BY id DESC LIMIT 1"
                        + " OFFSET ?)",
                who,
                LINES_OF_ACCOUNT);
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

    private void add(int kind, long nowMillis, String who, String address, String what) {
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
                LINES);
    }
}
