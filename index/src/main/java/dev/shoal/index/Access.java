package dev.shoal.index;

import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what at an index: its policy, which lasts and can be changed while it runs, and for which account a session
 * acts. At once, from memory: it is asked with every request. Thread-safe.
 */
final class Access {

    /** An index without accounts is open. */
    static final Access OPEN = new Access(null, null);

    private final @Nullable NameWriter writer;
    private final @Nullable Accounts accounts;

    /** Changes after the commit, on the writer's thread. */
    private volatile AccessPolicy policy = AccessPolicy.OPEN;

    private Access(@Nullable NameWriter writer, @Nullable Accounts accounts) {
        this.writer = writer;
        this.accounts = accounts;
    }

    /**
     * Of some accounts, with the policy that is in the database.
     *
     * @throws IndexException when it cannot be read
     */
    static Access beside(SqliteNames names, Accounts accounts) {
        Access access = new Access(names.writer(), accounts);
        access.policy = names.readers()
                .read(handle -> handle.createQuery("SELECT accounts, invite_only, members_only FROM policy")
                        .map((row, context) ->
                                new AccessPolicy(row.getBoolean(1), row.getBoolean(2), row.getBoolean(3)))
                        .one())
                .join();
        return access;
    }

    /** What the index asks of everybody. */
    AccessPolicy policy() {
        return policy;
    }

    /** Another policy, once it is on the disk. */
    CompletableFuture<Boolean> change(AccessPolicy wanted) {
        if (writer == null) {
            throw new IllegalStateException("an index without accounts is open");
        }
        return writer.write(
                handle -> handle.execute(
                                "UPDATE policy SET accounts = ?, invite_only = ?, members_only = ?",
                                wanted.accounts(),
                                wanted.inviteOnly(),
                                wanted.membersOnly())
                        > 0,
                done -> policy = wanted);
    }

    /** Who a session is to the names. */
    Asker asker(PeerKey session) {
        AccessPolicy now = policy;
        return new Asker(
                session,
                account(session.id())
                        .map(account -> new Asker.Member(account.name(), account.key()))
                        .orElse(null),
                now.accounts());
    }

    /** Why a session may not ask something; null when it may. */
    @Nullable
    Failure reasonAgainst(PeerId session, IndexRequest request) {
        return !policy.membersOnly() || isForAll(request) || account(session).isPresent()
                ? null
                : Failure.of(ErrorCode.FORBIDDEN, "This index is for members only: log in, or sign up first.");
    }

    /** What a session needs to live, to become a member's and to end. */
    private static boolean isForAll(IndexRequest request) {
        return switch (request) {
            case Hello hello -> true;
            case IndexRequest.Heartbeat heartbeat -> true;
            case IndexRequest.EchoCookie echo -> true;
            case IndexRequest.Quit quit -> true;
            case IndexRequest.Deregister withdrawal -> true;
            case AccountRequest account -> true;
            default -> false;
        };
    }

    private Optional<Accounts.Account> account(PeerId session) {
        return accounts == null ? Optional.empty() : accounts.actingFor(session);
    }
}
