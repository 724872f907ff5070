package dev.shoal.index;

import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.GroupRequest.Reader;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The statements about audiences: whose they are, and which accounts may read what is shared with them. On one
 * connection, for one thread at a time.
 */
final class AudienceTables {

    private final Handle handle;

    AudienceTables(Handle handle) {
        this.handle = handle;
    }

    /** The number of the account whose an audience is, dropped or not; 0 when that is gone. */
    Optional<Long> owner(AudienceId audience) {
        return handle.createQuery("SELECT coalesce(account_id, 0) FROM audiences WHERE id = ?")
                .bind(0, audience.toBytes())
                .mapTo(Long.class)
                .findOne();
    }

    /** Whether there is an audience, and it was not dropped. */
    boolean isLive(AudienceId audience) {
        return handle.createQuery("SELECT count(*) FROM audiences WHERE id = ? AND NOT dropped")
                        .bind(0, audience.toBytes())
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    /** How many audiences an account has. */
    int count(long account) {
        return count("audiences", account);
    }

    /** How many accounts and groups are in the audiences of an account; one in two of them counts twice. */
    int countReaders(long account) {
        return count("readers", account);
    }

    /** What triggers count, so that an account with very many is no more work. */
    private int count(String column, long account) {
        return handle.createQuery("SELECT " + column + " FROM audience_counts WHERE account_id = ?")
                .bind(0, account)
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
    }

    /** Makes an audience, or makes one that was dropped anew. */
    void make(AudienceId audience, long account) {
        if (handle.execute("UPDATE audiences SET dropped = 0 WHERE id = ?", audience.toBytes()) == 0) {
            handle.execute("INSERT INTO audiences VALUES (?, ?, 0)", audience.toBytes(), account);
        }
    }

    /** Gives an audience no readers but its owner. */
    void clear(AudienceId audience) {
        handle.execute("DELETE FROM audience_readers WHERE audience = ?", audience.toBytes());
    }

    /**
     * Takes an audience away. As long as some version is for it, it stays without readers, and nothing more is shared
     * with it.
     *
     * @return whether it was there
     */
    boolean drop(AudienceId audience) {
        clear(audience);
        boolean wasLive =
                handle.execute("UPDATE audiences SET dropped = 1 WHERE id = ? AND NOT dropped", audience.toBytes()) > 0;
        forgetUnlessUsed(audience);
        return wasLive;
    }

    /** Nothing is left of an audience that no version is for. */
    void forgetUnlessUsed(AudienceId audience) {
        boolean isUsed = handle.createQuery("SELECT EXISTS (SELECT 1 FROM private_versions WHERE audience = ?)")
                .bind(0, audience.toBytes())
                .mapTo(Boolean.class)
                .one();
        if (!isUsed) {
            clear(audience);
            handle.execute("DELETE FROM audiences WHERE id = ?", audience.toBytes());
        }
    }

    /**
     * Adds a reader who is not in it.
     *
     * @param owner whose groups are meant
     * @return whether there is such an account or group
     */
    boolean add(AudienceId audience, long owner, Reader reader) {
        return reader.isGroup()
                ? handle.execute(
                                "INSERT INTO audience_readers (audience, group_id)"
                                        + " SELECT ?, id FROM account_groups WHERE account_id = ? AND name = ?",
                                audience.toBytes(),
                                owner,
                                reader.name())
                        > 0
                : handle.execute(
                                "INSERT INTO audience_readers (audience, account_id)"
                                        + " SELECT ?, id FROM accounts WHERE name = ?",
                                audience.toBytes(),
                                reader.name())
                        > 0;
    }

    /** Takes a reader out, as {@link #add} puts one in. */
    void remove(AudienceId audience, long owner, Reader reader) {
        if (reader.isGroup()) {
            handle.execute(
                    "DELETE FROM audience_readers WHERE audience = ?"
                            + " AND group_id = (SELECT id FROM account_groups WHERE account_id = ? AND name = ?)",
                    audience.toBytes(),
                    owner,
                    reader.name());
        } else {
            handle.execute(
                    "DELETE FROM audience_readers WHERE audience = ?"
                            + " AND account_id = (SELECT id FROM accounts WHERE name = ?)",
                    audience.toBytes(),
                    reader.name());
        }
    }

    /** An account in a group. */
    record GroupMember(String user, String group) {}

    /** One of these accounts that is in one of these groups of an account, if any is, however many others are. */
    Optional<GroupMember> anyMember(long account, Collection<String> users, Collection<String> groups) {
        if (users.isEmpty() || groups.isEmpty()) {
            return Optional.empty();
        }
        return handle.createQuery("SELECT a.name, g.name FROM accounts a CROSS JOIN account_groups g"
                        + " CROSS JOIN group_members m ON m.group_id = g.id AND m.account_id = a.id"
                        + " WHERE a.name IN (<users>) AND g.account_id = :account AND g.name IN (<groups>) LIMIT 1")
                .bindList("users", List.copyOf(users))
                .bindList("groups", List.copyOf(groups))
                .bind("account", account)
                .map((row, context) -> new GroupMember(row.getString(1), row.getString(2)))
                .findOne();
    }

    /** Who may read besides the owner, accounts first, in the order of their names. */
    List<Reader> readers(AudienceId audience) {
        return handle.createQuery("SELECT 0, a.name FROM audience_readers r JOIN accounts a ON a.id = r.account_id"
                        + " WHERE r.audience = :id UNION ALL"
                        + " SELECT 1, g.name FROM audience_readers r JOIN account_groups g ON g.id = r.group_id"
                        + " WHERE r.audience = :id ORDER BY 1, 2")
                .bind("id", audience.toBytes())
                .map((row, context) -> new Reader(row.getInt(1) == 1, row.getString(2)))
                .list();
    }

    /** A group goes, and with it what its members could read as such. */
    static void forgetGroup(Handle handle, long group) {
        handle.execute("DELETE FROM audience_readers WHERE group_id = ?", group);
    }

    /** An account goes. Nobody else gets its audiences. */
    static void forgetAccount(Handle handle, long account) {
        handle.createUpdate("DELETE FROM audience_readers WHERE account_id = :id"
                        + " OR audience IN (SELECT id FROM audiences WHERE account_id = :id)"
                        + " OR group_id IN (SELECT id FROM account_groups WHERE account_id = :id)")
                .bind("id", account)
                .execute();
        handle.execute(
                "DELETE FROM audiences WHERE account_id = ?"
                        + " AND NOT EXISTS (SELECT 1 FROM private_versions v WHERE v.audience = audiences.id)",
                account);
        handle.execute("UPDATE audiences SET account_id = NULL, dropped = 1 WHERE account_id = ?", account);
        handle.execute("DELETE FROM audience_counts WHERE account_id = ?", account);
    }
}
