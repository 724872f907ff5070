package dev.shoal.index;

import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupReply;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.GroupRequest.Reader;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Pdu;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code g}: the groups that accounts make of accounts, and the audiences that they share with, which last. A
 * group or an audience belongs to who made it, and to others there is none. Thread-safe.
 */
final class Groups {

    /** How many times as many audiences as an account may have it may have had. */
    private static final int DROPPED = 10;

    /** What a program has that forgot to draw one: it would be the first one's who comes. */
    private static final AudienceId ZERO = new AudienceId(0, 0);

    private final SqliteNames names;
    private final Accounts accounts;
    private final AccountLimits limits;

    /** Beside some accounts. */
    Groups(SqliteNames names, Accounts accounts, AccountLimits limits) {
        this.names = names;
        this.accounts = accounts;
        this.limits = limits;
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
        long owner = account.get().number();
        CompletableFuture<Pdu> answer = switch (request) {
            case GroupRequest.Create create -> write(handle -> create(handle, owner, create.group()));
            case GroupRequest.Delete delete ->
                write(handle -> group(handle, owner, delete.group())
                        .map(id -> {
                            AudienceTables.forgetGroup(handle, id);
                            handle.execute("DELETE FROM group_members WHERE group_id = ?", id);
                            return taken(handle.execute("DELETE FROM account_groups WHERE id = ?", id));
                        })
                        .orElseGet(() -> noGroup(delete.group())));
            case GroupRequest.Add add -> write(handle -> add(handle, owner, add));
            case GroupRequest.Remove remove ->
                write(handle -> group(handle, owner, remove.group())
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
            case GroupRequest.SetAudience set -> setAudience(owner, set);
            case GroupRequest.DropAudience drop -> write(handle -> dropAudience(handle, owner, drop.audience()));
            case GroupRequest.ListAudience list ->
                read(handle -> {
                    AudienceTables tables = new AudienceTables(handle);
                    return isOwn(tables, list.audience(), owner) && tables.isLive(list.audience())
                            ? new GroupReply.Audience(tables.readers(list.audience()))
                            : noAudience();
                });
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

    /** What changes nothing, or is refused, does not wait for the one thread that writes. */
    private CompletableFuture<Pdu> setAudience(long owner, GroupRequest.SetAudience set) {
        return names.readers()
                .read(handle -> Optional.ofNullable(withoutWriting(new AudienceTables(handle), owner, set)))
                .thenCompose(answer -> answer.isPresent()
                        ? CompletableFuture.completedFuture(answer.get())
                        : write(handle -> setAudience(handle, owner, set)));
    }

    /** The answer when nothing is to be written; null otherwise. */
    private @Nullable Pdu withoutWriting(AudienceTables tables, long owner, GroupRequest.SetAudience set) {
        if (set.audience().equals(ZERO)) {
            return Failure.of(ErrorCode.FORBIDDEN, "An audience of zero bytes alone is nobody's.");
        }
        Optional<Long> found = tables.owner(set.audience());
        if (found.isPresent() && found.get() != owner) {
            return Failure.of(ErrorCode.FORBIDDEN, "This audience is another account's.");
        }
        boolean isNew = !tables.isLive(set.audience());
        if (isNew && tables.countLive(owner) >= limits.audiencesPerAccount()) {
            return Failure.of(
                    ErrorCode.LIMIT,
                    "An account has at most " + limits.audiencesPerAccount()
                            + " audiences. Take away something that you share privately first.");
        }
        if (found.isEmpty() && tables.count(owner) >= DROPPED * (long) limits.audiencesPerAccount()) {
            return Failure.of(
                    ErrorCode.LIMIT,
                    "An account makes at most " + DROPPED * (long) limits.audiencesPerAccount()
                            + " audiences in all, and one that was dropped is its own for good: use those again.");
        }
        Set<Reader> before = Set.copyOf(tables.readers(set.audience()));
        Set<Reader> after = Set.copyOf(set.readers());
        int more = after.size() - before.size();
        if (more > 0 && tables.countReaders(owner) + more > limits.readersPerAccount()) {
            return Failure.of(
                    ErrorCode.LIMIT,
                    "The audiences of an account have at most " + limits.readersPerAccount()
                            + " accounts and groups together. Share with a group in place of its members, or take"
                            + " away something that you share privately first.");
        }
        return isNew || !before.equals(after) ? null : Ack.DONE;
    }

    /** All of it or nothing: what is refused after something was written throws, which takes that back. */
    private Pdu setAudience(Handle handle, long owner, GroupRequest.SetAudience set) {
        AudienceTables tables = new AudienceTables(handle);
        Pdu decided = withoutWriting(tables, owner, set);
        if (decided != null) {
            return decided;
        }
        boolean isNew = !tables.isLive(set.audience());
        tables.make(set.audience(), owner);
        Set<Reader> before = Set.copyOf(tables.readers(set.audience()));
        Set<Reader> after = Set.copyOf(set.readers());
        before.stream()
                .filter(reader -> !after.contains(reader))
                .forEach(reader -> tables.remove(set.audience(), owner, reader));
        for (Reader reader : after) {
            if (!before.contains(reader) && !tables.add(set.audience(), owner, reader)) {
                throw new IndexException(
                        ErrorCode.NOT_FOUND,
                        reader.isGroup()
                                ? "You have no group " + reader.name() + ". Make it first."
                                : "There is no account " + reader.name() + ".");
            }
        }
        return taken(isNew ? 1 : 0);
    }

    private static Pdu dropAudience(Handle handle, long owner, AudienceId audience) {
        AudienceTables tables = new AudienceTables(handle);
        if (!isOwn(tables, audience, owner)) {
            return noAudience();
        }
        return taken(tables.drop(audience) ? 1 : 0);
    }

    private static boolean isOwn(AudienceTables tables, AudienceId audience, long owner) {
        return tables.owner(audience).filter(found -> found == owner).isPresent();
    }

    private static Pdu noAudience() {
        return Failure.of(ErrorCode.NOT_FOUND, "You have no such audience.");
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

    private CompletableFuture<Pdu> write(Function<Handle, Pdu> work) {
        return names.writer().write(work, done -> {});
    }
}
