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
        // Who has not heard the answer repeats the request, and has been told before that it is made.
        return isDone(peer, request)
                ? CompletableFuture.completedFuture(Ack.DONE)
                : unlessMixed(peer, request, asker, now);
    }

    private boolean isDone(PeerId peer, SignUp request) {
        return accounts.actingFor(peer)
                .filter(account ->
                        account.name().equals(request.user()) && account.key().equals(request.accountKey()))
                .isPresent();
    }

    private CompletableFuture<Pdu> unlessMixed(PeerId peer, SignUp request, InetAddress asker, Moment now) {
        if (Look.of(request.user()).isMixed()) {
            return refused(ErrorCode.NAME_TAKEN, LookTables.mixed(request.user()));
        }
        boolean needsInvite = access.policy().inviteOnly() && !access.isAdministrator(peer);
        Optional<Hash> invite = needsInvite ? invite(request.invite()) : Optional.empty();
        Accounts.Admission admission =
                new Accounts.Admission(needsInvite, invite.orElse(null), !access.hasAdministrator());
        Accounts.Claim claim = new Accounts.Claim(request.user(), request.accountKey(), admission, peer, now.millis());
        return accounts.reasonAgainst(claim)
                .thenCompose(reason -> reason.isPresent()
                        ? CompletableFuture.completedFuture(reason.get())
                        : hash(peer, request, admission, asker, now));
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
