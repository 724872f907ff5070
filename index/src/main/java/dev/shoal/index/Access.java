package dev.shoal.index;

import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Fingerprint;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what at an index: its policy, which lasts and can be changed while it runs, and for which account a
 * session acts. At once, from memory: it is asked with every request. Thread-safe.
 */
final class Access {

    /** An index without accounts is open. */
    static final Access OPEN = new Access(null, null, null);

    /** Who changed what was changed by who started the index. */
    private static final String AT_THE_START = "at the start";

    private final @Nullable NameWriter writer;
    private final @Nullable Accounts accounts;

    /** Fingerprint of the key that administers, whichever accounts do; null for none. */
    private final @Nullable String administrator;

    private final Set<Fingerprint> banned = ConcurrentHashMap.newKeySet();

    /** Changes after the commit, on the writer's thread. */
    private volatile AccessPolicy policy = AccessPolicy.OPEN;

    private Access(@Nullable NameWriter writer, @Nullable Accounts accounts, @Nullable String administrator) {
        this.writer = writer;
        this.accounts = accounts;
        this.administrator = administrator;
    }

    /**
     * Of some accounts, with the policy and the bans that are in the database.
     *
     * @param administrator fingerprint of the key that administers, whichever accounts do; empty where the first
     *     account does
     * @throws IndexException when they cannot be read
     */
    static Access beside(SqliteNames names, Accounts accounts, Optional<String> administrator) {
        Access access = new Access(names.writer(), accounts, administrator.orElse(null));
        access.policy = names.readers().read(Access::read).join();
        access.banned.addAll(names.readers()
                .read(handle -> new AdminTables(handle).bannedPeers())
                .join());
        return access;
    }

    /** What the index asks of everybody. */
    AccessPolicy policy() {
        return policy;
    }

    /** Another policy, once it is on the disk, as the index was told at its start; a line of the audit log says so. */
    CompletableFuture<Boolean> change(AccessPolicy wanted, long nowMillis) {
        if (writer == null) {
            throw new IllegalStateException("an index without accounts is open");
        }
        return writer.write(
                handle -> {
                    boolean changes = write(handle, wanted);
                    if (changes) {
                        new AuditTables(handle).administration(nowMillis, AT_THE_START, "", "policy is " + wanted);
                    }
                    return changes;
                },
                done -> changed(wanted));
    }

    /**
     * Writes a policy, in a transaction after which it is to be {@link #changed}. What is in memory may be older than
     * what another wrote in the same transaction.
     *
     * @return whether it is another one
     */
    static boolean write(Handle handle, AccessPolicy wanted) {
        boolean changes = !read(handle).equals(wanted);
        if (changes) {
            handle.execute(
                    "UPDATE policy SET accounts = ?, invite_only = ?, members_only = ?",
                    wanted.accounts(),
                    wanted.inviteOnly(),
                    wanted.membersOnly());
        }
        return changes;
    }

    private static AccessPolicy read(Handle handle) {
        return handle.createQuery("SELECT accounts, invite_only, members_only FROM policy")
                .map((row, context) -> new AccessPolicy(row.getBoolean(1), row.getBoolean(2), row.getBoolean(3)))
                .one();
    }

    /** Another policy is on the disk. */
    void changed(AccessPolicy written) {
        policy = written;
    }

    /** Whether a key administers, whichever accounts do. */
    boolean isAdministrator(PeerId peer) {
        return administrator != null && peer.matches(administrator);
    }

    /** The same of a key of which no more is known. */
    boolean isAdministrator(Fingerprint peer) {
        return peer.toString().equalsIgnoreCase(administrator);
    }

    /** Whether there is such a key; else the first account administers. */
    boolean hasAdministrator() {
        return administrator != null;
    }

    /** A key may not use the index any more. */
    void banned(Fingerprint peer) {
        banned.add(peer);
    }

    /** A key may use the index again. */
    void unbanned(Fingerprint peer) {
        banned.remove(peer);
    }

    /** Whether a key may not use the index. */
    boolean isBanned(PeerId peer) {
        return !banned.isEmpty() && banned.contains(Fingerprint.of(peer));
    }

    /** The same of the key itself. */
    boolean isBanned(PeerKey peer) {
        return !banned.isEmpty() && isBanned(peer.id());
    }

    /** What who is banned is told. */
    static Failure bannedAnswer() {
        return Failure.of(ErrorCode.FORBIDDEN, "This peer is banned from this index. Ask its administrator why.");
    }

    /** Who a session is to the names. */
    Asker asker(PeerKey session) {
        AccessPolicy now = policy;
        return new Asker(
                session,
                account(session.id())
                        .map(account -> new Asker.Member(account.name(), account.key()))
                        .orElse(null),
                now.accounts(),
                !isAccountKey(session.id()));
    }

    /** Whether a key is or was that of an account: then no peer has it by right. */
    boolean isAccountKey(PeerId peer) {
        return accounts != null && accounts.isKeyOfAny(peer);
    }

    /** What who shows such a key is told. */
    static Failure accountKeyAnswer() {
        return Failure.of(
                ErrorCode.FORBIDDEN,
                "This key is an account's, for which only its devices act: let the peer make a key of its own, and log"
                        + " in.");
    }

    /** Whether a session may not know what there is at the index. A key that administers needs no account for it. */
    boolean isClosedTo(PeerId session) {
        return policy.membersOnly() && account(session).isEmpty() && !isAdministrator(session);
    }

    /** Why a session may not ask something; null when it may. */
    @Nullable
    Failure reasonAgainst(PeerId session, IndexRequest request) {
        return isForAll(request) || !isClosedTo(session)
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
            case IndexRequest.Unwatch unwatch -> true;
            case AccountRequest account -> true;
            case AdminRequest administration -> true;
            default -> false;
        };
    }

    /** Name of the account that a session acts for; empty for none. */
    String accountName(PeerId session) {
        return account(session).map(Accounts.Account::name).orElse("");
    }

    /** Number of the account that a session acts for. */
    Optional<Long> accountNumber(PeerId session) {
        return account(session).map(Accounts.Account::number);
    }

    /** Grows whenever a key acts for somebody else than before. */
    long bindings() {
        return accounts == null ? 0 : accounts.bindings();
    }

    private Optional<Accounts.Account> account(PeerId session) {
        return accounts == null ? Optional.empty() : accounts.actingFor(session);
    }
}
