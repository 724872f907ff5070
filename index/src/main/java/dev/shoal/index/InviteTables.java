package dev.shoal.index;

import dev.shoal.content.Base32;
import dev.shoal.content.Hash;
import dev.shoal.protocol.AdminReply;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The statements on the table of invitations, on one connection. Writes are to be made inside a transaction. For the
 * thread that owns the connection.
 */
final class InviteTables {

    /** Of the hash of its code: enough to tell ten thousand apart, in letters that a person types. */
    private static final int ID_BYTES = 5;

    private static final String ID = "substr(hash, 1, " + ID_BYTES + ")";
    private static final String USABLE = "uses > 0 AND until > :now";

    private final Handle handle;

    InviteTables(Handle handle) {
        this.handle = handle;
    }

    /** What people call the invitation of a hash. */
    static String id(Hash hash) {
        return Base32.encode(Arrays.copyOf(hash.toBytes(), ID_BYTES));
    }

    void add(Accounts.Invite invite) {
        handle.execute(
                "INSERT INTO invites VALUES (?, ?, ?, ?, ?)",
                invite.hash().toBytes(),
                invite.uses(),
                invite.untilMillis(),
                invite.madeMillis(),
                invite.maker());
    }

    /** How many invitations there are, after those that are of no use any more have gone. */
    long count(long nowMillis) {
        handle.execute("DELETE FROM invites WHERE until <= ? OR uses < 1", nowMillis);
        return handle.createQuery("SELECT count(*) FROM invites")
                .mapTo(Long.class)
                .one();
    }

    boolean isInvited(Hash invite, long nowMillis) {
        return handle.createQuery("SELECT count(*) FROM invites WHERE hash = :hash AND " + USABLE)
                        .bind("hash", invite.toBytes())
                        .bind("now", nowMillis)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    void use(Hash invite) {
        handle.execute("UPDATE invites SET uses = uses - 1 WHERE hash = ?", (Object) invite.toBytes());
    }

    /** Whether an invitation of another hash is called the same. */
    boolean isCalledSo(Hash hash) {
        return named(id(hash)).isPresent();
    }

    /** Who made the invitation of an id; empty when there is none. */
    Optional<String> maker(String id) {
        return named(id);
    }

    /** Takes an invitation away. */
    void end(String id) {
        handle.execute("DELETE FROM invites WHERE " + ID + " = ?", (Object) bytes(id));
    }

    /** Those that may be used, in the order of their ids. */
    List<AdminReply.Invite> usable(String after, int most, long nowMillis) {
        return handle.createQuery("SELECT hash, uses, made, until, maker FROM invites WHERE " + ID + " > :after AND "
                        + USABLE + " ORDER BY hash LIMIT :most")
                .bind("after", bytes(after))
                .bind("now", nowMillis)
                .bind("most", most)
                .map((row, context) -> new AdminReply.Invite(
                        id(Hash.of(row.getBytes(1))), row.getInt(2), row.getLong(3), row.getLong(4), row.getString(5)))
                .list();
    }

    private Optional<String> named(String id) {
        return handle.createQuery("SELECT maker FROM invites WHERE " + ID + " = ?")
                .bind(0, bytes(id))
                .mapTo(String.class)
                .findFirst();
    }

    /** Nothing for what is no id, which no invitation has. */
    private static byte[] bytes(String id) {
        try {
            return Base32.decode(id);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
