package dev.shoal.index;

import dev.shoal.content.Name;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Transfer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/**
 * The statements on transfers of names and first components, on one connection. Writes are to be made inside a
 * transaction. For the thread that owns the connection.
 */
final class TransferTables {

    private static final String ROW = "subject, number, made, from_key, to_key, signature, done";

    /** The latest transfer of a subject. */
    record Latest(Transfer transfer, boolean isDone) {

        /** How many have been done. */
        int done() {
            return isDone ? transfer.number() : transfer.number() - 1;
        }
    }

    /** What goes with a first component. */
    record Extent(int names, long recordBytes) {}

    private final Handle handle;

    TransferTables(Handle handle) {
        this.handle = handle;
    }

    long count() {
        return handle.createQuery("SELECT count(*) FROM transfers")
                .mapTo(Long.class)
                .one();
    }

    Optional<Latest> latest(String subject) {
        return handle.createQuery("SELECT " + ROW + " FROM transfers WHERE subject = ? ORDER BY number DESC LIMIT 1")
                .bind(0, subject)
                .map((row, context) -> new Latest(transfer(row), row.getBoolean(7)))
                .findOne();
    }

    /** Whose a subject is: a name that there is, or a first component that somebody has. */
    Optional<PeerKey> owner(String subject) {
        String sql = subject.indexOf('/') >= 0
                ? "SELECT k.key FROM names n JOIN keys k ON k.id = n.key_id WHERE n.name = ?"
                : "SELECT k.key FROM owners o JOIN keys k ON k.id = o.key_id WHERE o.owner = ?";
        return handle.createQuery(sql)
                .bind(0, subject)
                .map((row, context) -> PeerKey.of(row.getBytes(1)))
                .findOne();
    }

    boolean isAccount(PeerKey key) {
        return accountName(key).isPresent();
    }

    /** Through which hands a name came; empty when it has its first owner. */
    Optional<Ownership> ownership(Name name) {
        List<Transfer> all = handle.createQuery("SELECT " + ROW + " FROM transfers WHERE done AND subject IN (?, ?)"
                        + " AND (subject = ? OR NOT EXISTS (SELECT 1 FROM transfers t WHERE t.subject = ? AND t.done)"
                        + " OR number <= coalesce((SELECT component_transfers FROM names WHERE name = ?),"
                        + " (SELECT component_transfers FROM private_names WHERE name = ?)))"
                        + " ORDER BY length(subject), number")
                .bind(0, name.owner())
                .bind(1, name.text())
                .bind(2, name.text())
                .bind(3, name.text())
                .bind(4, name.text())
                .bind(5, name.text())
                .map((row, context) -> transfer(row))
                .list();
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(new Ownership(
                        all.getFirst().from(),
                        all.stream().map(Ownership.Step::of).toList()));
    }

    /** Writes a transfer that waits, in the place of one that did. */
    void offer(Transfer transfer) {
        handle.execute(
                "INSERT OR REPLACE INTO transfers VALUES (?, ?, ?, ?, ?, ?, 0)",
                transfer.subject(),
                transfer.number(),
                transfer.madeMillis(),
                transfer.from().toBytes(),
                transfer.to().toBytes(),
                transfer.signature());
    }

    /** Takes a transfer that waits away. */
    boolean takeBack(String subject) {
        return handle.execute("DELETE FROM transfers WHERE subject = ? AND NOT done", subject) > 0;
    }

    /** Name of the account of a key; empty for none. */
    Optional<String> accountName(PeerKey key) {
        return handle.createQuery("SELECT name FROM accounts WHERE key = ?")
                .bind(0, key.toBytes())
                .mapTo(String.class)
                .findOne();
    }

    /** Writes into the audit log what became of a gift: by an account, or by a key that is none's. */
    void log(Origin from, PeerKey who, String what) {
        AuditTables audit = new AuditTables(handle);
        accountName(who)
                .ifPresentOrElse(
                        account -> audit.gift(from, account, what),
                        () -> audit.giftOfKey(from, who.id().fingerprint(), what));
    }

    /** What people call the owner of names. */
    String shown(PeerKey key) {
        return accountName(key).orElseGet(() -> key.id().fingerprint());
    }

    /** Takes away what waits from the keys that fulfil a condition. Returns whether there was anything. */
    boolean takeBack(Predicate<PeerKey> from) {
        List<PeerKey> all = handle.createQuery("SELECT DISTINCT from_key FROM transfers WHERE NOT done")
                .map((row, context) -> PeerKey.of(row.getBytes(1)))
                .list();
        return all.stream()
                        .filter(from)
                        .mapToInt(key -> handle.execute(
                                "DELETE FROM transfers WHERE from_key = ? AND NOT done", (Object) key.toBytes()))
                        .sum()
                > 0;
    }

    /**
     * What a transfer is about to move. Of more names than there may be, nothing but their count: their records may be
     * some hundred megabytes.
     */
    Extent extent(Transfer transfer, int mostNames) {
        int count = handle.createQuery("SELECT count(*) FROM names n WHERE n.id IN (" + moved(transfer) + ")")
                .bind("subject", transfer.subject())
                .bind("from", transfer.from().toBytes())
                .mapTo(Integer.class)
                .one();
        if (count > mostNames) {
            return new Extent(count, 0);
        }
        long bytes = handle.createQuery("SELECT coalesce(sum(length(v.record)), 0) FROM versions v WHERE v.name_id IN ("
                        + moved(transfer) + ")")
                .bind("subject", transfer.subject())
                .bind("from", transfer.from().toBytes())
                .mapTo(Long.class)
                .one();
        return new Extent(count, bytes);
    }

    /** Gives what a transfer is about to its new owner. */
    void carryOut(Transfer transfer, Extent extent, long toId) {
        boolean ofName = transfer.isOfName();
        if (ofName && transfer.number() == 1) {
            handle.execute(
                    "UPDATE names SET component_transfers = (SELECT count(*) FROM transfers WHERE subject = ? AND done)"
                            + " WHERE name = ?",
                    new Name(transfer.subject()).owner(),
                    transfer.subject());
        }
        handle.createUpdate("UPDATE names SET key_id = :to WHERE id IN (" + moved(transfer) + ")")
                .bind("to", toId)
                .bind("subject", transfer.subject())
                .bind("from", transfer.from().toBytes())
                .execute();
        if (!ofName) {
            handle.execute("UPDATE owners SET key_id = ? WHERE owner = ?", toId, transfer.subject());
        }
        handle.execute(
                "UPDATE keys SET names = names - ?, owners = owners - ?, record_bytes = record_bytes - ? WHERE key = ?",
                extent.names(),
                ofName ? 0 : 1,
                extent.recordBytes(),
                transfer.from().toBytes());
        handle.execute(
                "UPDATE keys SET names = names + ?, owners = owners + ?, record_bytes = record_bytes + ? WHERE id = ?",
                extent.names(),
                ofName ? 0 : 1,
                extent.recordBytes(),
                toId);
        handle.execute(
                "UPDATE transfers SET done = 1 WHERE subject = ? AND number = ?",
                transfer.subject(),
                transfer.number());
    }

    /** Forgets the transfers of a name that goes away. */
    void forget(Name name) {
        handle.execute("DELETE FROM transfers WHERE subject = ?", name.text());
    }

    /** Forgets the transfers of first components that are free again. */
    void forgetFreed() {
        handle.execute("DELETE FROM transfers WHERE instr(subject, '/') = 0 AND subject NOT IN (SELECT owner FROM"
                + " owners)");
    }

    /** A name by itself, or those of a first component that were never given away by themselves. */
    private static String moved(Transfer transfer) {
        String ofKey = "m.key_id = (SELECT id FROM keys WHERE key = :from)";
        return transfer.isOfName()
                ? "SELECT m.id FROM names m WHERE m.name = :subject AND " + ofKey
                : "SELECT m.id FROM names m WHERE m.name > :subject || '/' AND m.name < :subject || '0' AND " + ofKey
                        + " AND NOT EXISTS (SELECT 1 FROM transfers t WHERE t.subject = m.name AND t.done)";
    }

    private static Transfer transfer(ResultSet row) throws SQLException {
        return new Transfer(
                row.getString(1),
                row.getInt(2),
                row.getLong(3),
                PeerKey.of(row.getBytes(4)),
                PeerKey.of(row.getBytes(5)),
                row.getBytes(6));
    }
}
