package dev.shoal.index;

import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.AdminRequest.Target;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Fingerprint;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.RecoveryCode;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code J}, what administrators ask. Who asks is checked in the transaction that does it, which also writes
 * the line of the audit log: there is no change without a line, and no line without a change. Thread-safe.
 */
final class Administration {

    /** Most bans: they are in memory, too. */
    static final int MAX_BANS = 100_000;

    /**
     * What of the index is in its memory.
     *
     * @param statistics what there is of what
     * @param online who is here
     */
    record Inside(Supplier<List<AdminReply.Statistic>> statistics, OnlinePeers online) {}

    /** Who asks, from where, and when. */
    private record Asking(PeerId peer, String who, String address, long nowMillis) {}

    /** What was done: its answer, what the audit log says of it, and what else is to be done after the commit. */
    private record Done(Pdu answer, @Nullable String logged, Runnable after) {

        static Done refused(ErrorCode code, String sentence) {
            return new Done(Failure.of(code, sentence), null, () -> {});
        }

        static Done logged(Pdu answer, String what) {
            return new Done(answer, what, () -> {});
        }
    }

    private final SqliteNames names;
    private final SqliteAccounts accounts;
    private final Access access;
    private final UnnamedPeers peers;
    private final RandomGenerator secure;

    /**
     * Of an index.
     *
     * @param secure where invitations come from; used by any thread
     */
    Administration(SqliteNames names, SqliteAccounts accounts, Access access, RandomGenerator secure) {
        this.names = names;
        this.accounts = accounts;
        this.access = access;
        this.peers = new UnnamedPeers(accounts, access);
        this.secure = secure;
    }

    /**
     * Answers a request of a session.
     *
     * @param inside what of the index is not in its database
     */
    CompletableFuture<Answer> answer(
            Session session, AdminRequest request, InetAddress asker, boolean overTls, Moment now, Inside inside) {
        if (!overTls) {
            return CompletableFuture.completedFuture(Answer.of(
                    Failure.of(ErrorCode.WRONG_STATE, "Administration is a matter of TLS, not of datagrams.")));
        }
        PeerId peer = session.peer();
        String who = accounts.actingFor(peer).map(Accounts.Account::name).orElse(peer.fingerprint());
        Asking asking = new Asking(peer, who, asker.getHostAddress(), now.millis());
        return answer(asking, request, inside).thenApply(Answer::of);
    }

    private CompletableFuture<Pdu> answer(Asking asking, AdminRequest request, Inside inside) {
        return switch (request) {
            case AdminRequest.ListAccounts list -> read(asking, tables -> accounts(tables, list));
            case AdminRequest.ListBans list ->
                read(asking, tables -> {
                    AdminTables.Bans page = tables.bans(list.cursor(), list.limit());
                    return new AdminReply.Bans(page.entries(), page.cursor());
                });
            case AdminRequest.Audit audit ->
                readAny(asking, handle -> {
                    List<AdminReply.Entry> lines = new AuditTables(handle).lines(audit.before(), audit.limit());
                    return new AdminReply.Audit(
                            lines,
                            lines.size() < audit.limit() ? 0 : lines.getLast().number());
                });
            case AdminRequest.ListInvites list -> readAny(asking, handle -> invites(handle, list, asking.nowMillis));
            case AdminRequest.ListPeers list -> readAny(asking, handle -> peers.page(handle, list, inside.online()));
            case AdminRequest.Statistics all ->
                read(
                        asking,
                        tables -> new AdminReply.Statistics(inside.statistics().get()));
            case AdminRequest.Policy policy when !policy.change() -> read(asking, tables -> policy(access.policy()));
            case AdminRequest.Policy policy -> policy(asking, policy);
            case AdminRequest.Ban ban -> write(asking, handle -> ban(handle, asking, ban));
            case AdminRequest.Unban unban -> write(asking, handle -> unban(handle, unban.target()));
            case AdminRequest.RemoveName name ->
                write(
                        asking,
                        handle -> names.removeAny(new NameTables(handle), name.name())
                                .map(shown -> new Done(
                                        new Ack(Outcome.DONE, 1),
                                        "removed the name " + name.name(),
                                        () -> names.removed(name.name(), shown)))
                                .orElseGet(() ->
                                        Done.refused(ErrorCode.NOT_FOUND, "There is no name " + name.name() + ".")));
            case AdminRequest.RemoveAccount account -> write(asking, handle -> remove(handle, account.user()));
            case AdminRequest.Appoint appoint -> write(asking, handle -> appoint(handle, appoint));
            case AdminRequest.Invite invite -> invite(asking, invite);
            case AdminRequest.EndInvite end -> write(asking, handle -> endInvite(handle, end.id()));
        };
    }

    private static Pdu accounts(AdminTables tables, AdminRequest.ListAccounts list) {
        List<AdminReply.Account> page = tables.accounts(list.cursor(), list.limit());
        return new AdminReply.Accounts(
                page, page.size() < list.limit() ? "" : page.getLast().user());
    }

    private CompletableFuture<Pdu> policy(Asking asking, AdminRequest.Policy wish) {
        if (!wish.accounts() && (wish.inviteOnly() || wish.membersOnly())) {
            return CompletableFuture.completedFuture(Failure.of(
                    ErrorCode.FORBIDDEN,
                    "Only an index of accounts is by invitation or for members: choose accounts as well."));
        }
        AccessPolicy wanted = new AccessPolicy(wish.accounts(), wish.inviteOnly(), wish.membersOnly());
        return write(asking, handle -> {
            boolean changes = Access.write(handle, wanted);
            return new Done(policy(wanted), changes ? "policy is " + wanted : null, () -> access.changed(wanted));
        });
    }

    private static AdminReply.Policy policy(AccessPolicy policy) {
        return new AdminReply.Policy(policy.accounts(), policy.inviteOnly(), policy.membersOnly());
    }

    private CompletableFuture<Pdu> invite(Asking asking, AdminRequest.Invite wish) {
        if (wish.uses() < 1 || wish.seconds() < 1 || wish.seconds() > AdminRequest.MAX_INVITE_SECONDS) {
            return CompletableFuture.completedFuture(Failure.of(
                    ErrorCode.LIMIT, "An invitation is for one account at least, and good for a year at most."));
        }
        long untilMillis = asking.nowMillis + TimeUnit.SECONDS.toMillis(wish.seconds());
        return write(asking, handle -> {
            RecoveryCode code = RecoveryCode.random(secure);
            while (new InviteTables(handle).isCalledSo(code.hash())) {
                code = RecoveryCode.random(secure);
            }
            Pdu made = accounts.invite(
                    new AccountTables(handle),
                    new Accounts.Invite(code.hash(), wish.uses(), untilMillis, asking.nowMillis, asking.who));
            return made instanceof Failure
                    ? new Done(made, null, () -> {})
                    : Done.logged(
                            new AdminReply.Invitation(code.text()),
                            "made the invitation " + InviteTables.id(code.hash()) + " for " + wish.uses()
                                    + ", good for " + wish.seconds() + " s");
        });
    }

    private static Pdu invites(Handle handle, AdminRequest.ListInvites list, long nowMillis) {
        List<AdminReply.Invite> page = new InviteTables(handle).usable(list.cursor(), list.limit(), nowMillis);
        return new AdminReply.Invites(
                page, page.size() < list.limit() ? "" : page.getLast().id());
    }

    private static Done endInvite(Handle handle, String id) {
        InviteTables tables = new InviteTables(handle);
        Optional<String> maker = tables.maker(id);
        if (maker.isEmpty()) {
            return Done.refused(ErrorCode.NOT_FOUND, "There is no invitation " + id + " any more.");
        }
        tables.end(id);
        return Done.logged(taken(true), "ended the invitation " + id + " of " + maker.get());
    }

    private Done ban(Handle handle, Asking asking, AdminRequest.Ban ban) {
        AdminTables tables = new AdminTables(handle);
        if (tables.countBans() >= MAX_BANS) {
            return Done.refused(ErrorCode.LIMIT, "At most " + MAX_BANS + " are banned. Unban some first.");
        }
        Target target = ban.target();
        return switch (target) {
            case Target.OfPeer(PeerId peer) -> banPeer(handle, asking, ban, Fingerprint.of(peer));
            case Target.OfFingerprint(Fingerprint peer) -> banPeer(handle, asking, ban, peer);
            case Target.OfAccount(String user) -> {
                Optional<Accounts.Account> account = account(handle, user);
                if (account.isEmpty()) {
                    yield noAccount(user);
                }
                if (tables.isAdministrator(account.get())) {
                    yield administrates(user);
                }
                boolean fresh = tables.ban(target, ban.reason(), asking.nowMillis, asking.who);
                List<PeerId> devices = tables.devices(account.get());
                boolean any = tables.removeDevices(account.get()) || fresh;
                yield new Done(taken(fresh), any ? logged(ban) : null, () -> accounts.forgot(devices));
            }
        };
    }

    /** A peer, here or not. */
    private Done banPeer(Handle handle, Asking asking, AdminRequest.Ban ban, Fingerprint peer) {
        AdminTables tables = new AdminTables(handle);
        boolean own = peer.equals(Fingerprint.of(asking.peer));
        if (own || tables.isAdministrator(peer) || access.isAdministrator(peer)) {
            return Done.refused(ErrorCode.FORBIDDEN, "That peer administers this index.");
        }
        boolean fresh = tables.ban(ban.target(), ban.reason(), asking.nowMillis, asking.who);
        boolean offered = new TransferTables(handle)
                .takeBack(key -> Fingerprint.of(key.id()).equals(peer));
        return new Done(taken(fresh), fresh || offered ? logged(ban) : null, () -> access.banned(peer));
    }

    private static String logged(AdminRequest.Ban ban) {
        return "banned " + ban.target().text() + (ban.reason().isEmpty() ? "" : ": " + ban.reason());
    }

    private Done unban(Handle handle, Target target) {
        if (!new AdminTables(handle).unban(target)) {
            return Done.refused(ErrorCode.NOT_FOUND, target.text() + " is not banned.");
        }
        return new Done(taken(true), "unbanned " + target.text(), () -> {
            switch (target) {
                case Target.OfAccount account -> {}
                case Target.OfPeer(PeerId peer) -> access.unbanned(Fingerprint.of(peer));
                case Target.OfFingerprint(Fingerprint peer) -> access.unbanned(peer);
            }
        });
    }

    private Done remove(Handle handle, String user) {
        Optional<Accounts.Account> account = account(handle, user);
        if (account.isEmpty()) {
            return noAccount(user);
        }
        AdminTables tables = new AdminTables(handle);
        if (tables.isAdministrator(account.get())) {
            return administrates(user);
        }
        List<PeerId> devices = tables.devices(account.get());
        tables.remove(account.get());
        return new Done(taken(true), "removed the account " + user, () -> accounts.removed(devices));
    }

    private Done appoint(Handle handle, AdminRequest.Appoint wish) {
        Optional<Accounts.Account> account = account(handle, wish.user());
        if (account.isEmpty()) {
            return noAccount(wish.user());
        }
        AdminTables tables = new AdminTables(handle);
        boolean was = tables.isAdministrator(account.get());
        boolean banned = tables.isBanned(wish.user());
        if (banned && wish.administrator()) {
            return Done.refused(
                    ErrorCode.FORBIDDEN, wish.user() + " is banned, and could not log in. Unban the account first.");
        }
        boolean needed = was && !banned && tables.countAdministrators() == 1 && !access.hasAdministrator();
        if (needed && !wish.administrator()) {
            return Done.refused(
                    ErrorCode.FORBIDDEN, wish.user() + " is the last administrator. Appoint another one first.");
        }
        if (was == wish.administrator()) {
            return new Done(taken(false), null, () -> {});
        }
        tables.appoint(account.get(), wish.administrator());
        return Done.logged(taken(true), (wish.administrator() ? "appointed " : "dismissed ") + wish.user());
    }

    private static Optional<Accounts.Account> account(Handle handle, String user) {
        return new AccountTables(handle).find(user).map(Accounts.Found::account);
    }

    private static Done noAccount(String user) {
        return Done.refused(ErrorCode.NOT_FOUND, "There is no account " + user + ".");
    }

    private static Done administrates(String user) {
        return Done.refused(ErrorCode.FORBIDDEN, user + " administers this index. Dismiss the account first.");
    }

    private static Ack taken(boolean any) {
        return new Ack(Outcome.DONE, any ? 1 : 0);
    }

    private CompletableFuture<Pdu> read(Asking asking, Function<AdminTables, Pdu> work) {
        return readAny(asking, handle -> work.apply(new AdminTables(handle)));
    }

    private CompletableFuture<Pdu> readAny(Asking asking, Function<Handle, Pdu> work) {
        return names.readers()
                .read(handle -> mayAdminister(asking, new AdminTables(handle)) ? work.apply(handle) : forbidden());
    }

    private CompletableFuture<Pdu> write(Asking asking, Function<Handle, Done> work) {
        return names.writer()
                .write(
                        handle -> {
                            AdminTables tables = new AdminTables(handle);
                            if (!mayAdminister(asking, tables)) {
                                return new Done(forbidden(), null, () -> {});
                            }
                            Done done = work.apply(handle);
                            if (done.logged != null) {
                                new AuditTables(handle)
                                        .administration(asking.nowMillis, asking.who, asking.address, done.logged);
                            }
                            return done;
                        },
                        done -> done.after.run())
                .thenApply(Done::answer);
    }

    private boolean mayAdminister(Asking asking, AdminTables tables) {
        return access.isAdministrator(asking.peer) || tables.isAdministrator(asking.peer);
    }

    private static Pdu forbidden() {
        return Failure.of(ErrorCode.FORBIDDEN, "Only administrators of this index may do that.");
    }
}
