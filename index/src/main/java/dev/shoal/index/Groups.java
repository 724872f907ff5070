package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupReply;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Pdu;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Answers {@code g}: the groups that accounts make of accounts, which last; what is about audiences it leaves to
 * {@link AudienceRequests}. A group belongs to who made it, and to others there is none. Thread-safe.
 */
final class Groups {

    private final SqliteNames names;
    private final Accounts accounts;
    private final AccountLimits limits;
    private final AudienceRequests audiences;

    /** Beside some accounts. */
    Groups(SqliteNames names, Accounts accounts, AccountLimits limits) {
        this.names = names;
        this.accounts = accounts;
        this.limits = limits;
        this.audiences = new AudienceRequests(names, limits);
    }

    /** Answers a request of a session. */
    CompletableFuture<Answer> answer(Session session, GroupRequest request, boolean overTls) {
        if (!overTls) {
            return CompletableFuture.completedFuture(
                    Answer.of(Failure.of(ErrorCode.WRONG_STATE, "Groups are a matter of TLS, not of datagrams.")));
        }
        Optional<Accounts.Account> account = accounts.actingFor(session.peer());
        if (account.isEmpty()) {
            return CompletableFuture.completedFuture(Answer.of(AccountRequests.notLoggedIn()));
        }
        MemberWrites member = new MemberWrites(names, session.peer(), account.get());
        long owner = account.get().number();
        CompletableFuture<Pdu> answer = switch (request) {
            case GroupRequest.Create create -> member.write(handle -> create(handle, owner, create.group()));
            case GroupRequest.Delete delete ->
                member.write(handle -> group(handle, owner, delete.group())
                        .map(id -> {
                            AudienceTables.forgetGroup(handle, id);
                            handle.execute("DELETE FROM group_members WHERE group_id = ?", id);
                            return taken(handle.execute("DELETE FROM account_groups WHERE id = ?", id));
                        })
                        .orElseGet(() -> noGroup(delete.group())));
            case GroupRequest.Add add -> member.write(handle -> add(handle, owner, add));
            case GroupRequest.Remove remove ->
                member.write(handle -> group(handle, owner, remove.group())
                        .map(id -> taken(handle.execute(
                                "DELETE FROM group_members WHERE group_id = ? AND account_id ="
                                        + " (SELECT id FROM accounts WHERE name = ?)",
                                id,
                                remove.user())))
                        .orElseGet(() -> noGroup(remove.group())));
            case GroupRequest.ListGroups list -> read(handle -> new GroupReply.Groups(groups(handle, owner)));
            case GroupRequest.ListMembers list ->
                read(handle -> group(handle, owner, list.group())
                        .<Pdu>map(id -> new GroupReply.Members(members(handle, id)))
                        .orElseGet(() -> noGroup(list.group())));
            case GroupRequest.SetAudience set -> audiences.set(member, set);
            case GroupRequest.DropAudience drop -> audiences.drop(member, drop.audience());
            case GroupRequest.ListAudience list -> audiences.list(account.get(), list.audience());
            case GroupRequest.ChangeAudience change -> audiences.change(member, change);
        };
        return answer.thenApply(Answer::of);
    }

    private Pdu create(Handle handle, long owner, String name) {
        if (group(handle, owner, name).isPresent()) {
            return Ack.DONE;
        }
        if (count(handle, "SELECT count(*) FROM account_groups WHERE account_id = ?", owner)
                >= limits.groupsPerAccount()) {
            return Failure.of(ErrorCode.LIMIT, "An account has at most " + limits.groupsPerAccount() + " groups.");
        }
        return taken(handle.execute("INSERT INTO account_groups (account_id, name) VALUES (?, ?)", owner, name));
    }

    private Pdu add(Handle handle, long owner, GroupRequest.Add add) {
        Optional<Long> group = group(handle, owner, add.group());
        if (group.isEmpty()) {
            return noGroup(add.group());
        }
        Optional<Long> user = handle.createQuery("SELECT id FROM accounts WHERE name = ?")
                .bind(0, add.user())
                .mapTo(Long.class)
                .findOne();
        if (user.isEmpty()) {
            return Failure.of(ErrorCode.NOT_FOUND, "There is no account " + add.user() + ".");
        }
        boolean isMember =
                handle.createQuery("SELECT count(*) FROM group_members WHERE group_id = ? AND account_id = ?")
                                .bind(0, group.get())
                                .bind(1, user.get())
                                .mapTo(Long.class)
                                .one()
                        > 0;
        if (isMember) {
            return Ack.DONE;
        }
        if (count(handle, "SELECT members FROM account_groups WHERE id = ?", group.get()) >= limits.membersPerGroup()) {
            return Failure.of(ErrorCode.LIMIT, "A group has at most " + limits.membersPerGroup() + " members.");
        }
        if (count(handle, "SELECT sum(members) FROM account_groups WHERE account_id = ?", owner)
                >= limits.groupMembersPerAccount()) {
            return Failure.of(
                    ErrorCode.LIMIT,
                    "All groups of an account together have at most " + limits.groupMembersPerAccount() + " members.");
        }
        return taken(handle.execute("INSERT INTO group_members VALUES (?, ?)", group.get(), user.get()));
    }

    private static Optional<Long> group(Handle handle, long owner, String name) {
        return handle.createQuery("SELECT id FROM account_groups WHERE account_id = ? AND name = ?")
                .bind(0, owner)
                .bind(1, name)
                .mapTo(Long.class)
                .findOne();
    }

    private static List<GroupReply.Group> groups(Handle handle, long owner) {
        return handle.createQuery("SELECT g.name, (SELECT count(*) FROM group_members m WHERE m.group_id = g.id)"
                        + " FROM account_groups g WHERE g.account_id = ? ORDER BY g.name")
                .bind(0, owner)
                .map((row, context) -> new GroupReply.Group(row.getString(1), row.getInt(2)))
                .list();
    }

    private static List<String> members(Handle handle, long group) {
        return handle.createQuery("SELECT a.name FROM group_members m JOIN accounts a ON a.id = m.account_id"
                        + " WHERE m.group_id = ? ORDER BY a.name")
                .bind(0, group)
                .mapTo(String.class)
                .list();
    }

    private static long count(Handle handle, String sql, long id) {
        return handle.createQuery(sql).bind(0, id).mapTo(Long.class).one();
    }

    private static Pdu noGroup(String name) {
        return Failure.of(ErrorCode.NOT_FOUND, "You have no group " + name + ". Make it first.");
    }

    private static Pdu taken(int rows) {
        return new Ack(Outcome.DONE, rows);
    }

    private CompletableFuture<Pdu> read(Function<Handle, Pdu> work) {
        return names.readers().read(work);
    }
}
