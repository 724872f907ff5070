package dev.shoal.index;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AccountRequest.SignUp;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.RecoveryCode;
import dev.shoal.transport.Site;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Makes accounts. Whatever can be refused without hashing the password is refused before: hashing is the dear part, and
 * for names that are free. What counts is decided again where it is written. Thread-safe.
 */
final class SignUps {

    static final String UNINVITED =
            "This index takes only who is invited, and the invitation is missing, wrong, used up"
                    + " or too old. Ask an administrator of the index for one.";

    private final PeerId index;
    private final Accounts accounts;
    private final PasswordHashing hashing;
    private final Access access;
    private final RandomGenerator secure;

    /**
     * For some accounts.
     *
     * @param index the index's id, which sign-ups are signed for
     * @param secure where salts come from; used by any thread
     */
    SignUps(PeerId index, Accounts accounts, PasswordHashing hashing, Access access, RandomGenerator secure) {
        this.index = index;
        this.accounts = accounts;
        this.hashing = hashing;
        this.access = access;
        this.secure = secure;
    }

    /** Makes an account, for which the peer acts from then on. The answer is an {@code Ack} or a {@code Failure}. */
    CompletableFuture<Pdu> signUp(PeerId peer, SignUp request, InetAddress asker, Moment now) {
        if (!request.isAuthentic(index, peer)) {
            return refused(
                    ErrorCode.FORBIDDEN, "The sign-up is not signed by the account's key for this index and peer.");
        }
        return accounts.find(request.user())
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(
                                again(peer, request, found.get().account()))
                        : unlessMixed(peer, request, asker, now));
    }

    /** Whose sign-up is repeated has been told before that it is made. */
    private Pdu again(PeerId peer, SignUp request, Accounts.Account account) {
        boolean own = account.key().equals(request.accountKey())
                && accounts.actingFor(peer).equals(Optional.of(account));
        return own ? Ack.DONE : SqliteAccounts.taken(request.user());
    }

    private CompletableFuture<Pdu> unlessMixed(PeerId peer, SignUp request, InetAddress asker, Moment now) {
        if (Look.of(request.user()).isMixed()) {
            return refused(ErrorCode.NAME_TAKEN, LookTables.mixed(request.user()));
        }
        boolean firstAdministers = !access.hasAdministrator();
        boolean needsInvite = access.policy().inviteOnly() && !access.isAdministrator(peer);
        Optional<Hash> invite = needsInvite ? invite(request.invite()) : Optional.empty();
        Accounts.Admission admission = new Accounts.Admission(needsInvite, invite.orElse(null), firstAdministers);
        if (!needsInvite || (firstAdministers && accounts.count() == 0)) {
            return hash(peer, request, admission, asker, now);
        }
        return invite.isEmpty()
                ? refused(ErrorCode.FORBIDDEN, UNINVITED)
                : accounts.isInvited(invite.get(), now.millis())
                        .thenCompose(good -> good
                                ? hash(peer, request, admission, asker, now)
                                : refused(ErrorCode.FORBIDDEN, UNINVITED));
    }

    private CompletableFuture<Pdu> hash(
            PeerId peer, SignUp request, Accounts.Admission admission, InetAddress asker, Moment now) {
        Accounts.Device device = new Accounts.Device(peer, request.device(), now.millis());
        return hashing.submit(argon2 -> PasswordHash.make(argon2, request.proof(), secure), Site.of(asker), now)
                .thenCompose(hash -> accounts.make(
                        new Accounts.Fresh(
                                request.user(),
                                request.accountKey(),
                                hash,
                                request.wrapped(),
                                request.codes(),
                                admission),
                        device,
                        asker));
    }

    /** What the index keeps of an invitation; empty for what is none. */
    private static Optional<Hash> invite(String typed) {
        try {
            return Optional.of(RecoveryCode.parse(typed).hash());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static CompletableFuture<Pdu> refused(ErrorCode code, String sentence) {
        return CompletableFuture.completedFuture(Failure.of(code, sentence));
    }
}
