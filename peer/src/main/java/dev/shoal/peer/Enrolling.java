package dev.shoal.peer;

import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.AccountRequest.RecoveryEntry;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.AccountKey;
import dev.shoal.transport.AccountSecrets;
import dev.shoal.transport.Identity;
import dev.shoal.transport.RecoveryCode;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Makes this home act for an account, or for none: sign-up, log-in, recovery, log-out, another password. A key is
 * written before the request that makes the home act for its account wherever it is known by then, so that a process
 * that is killed in between loses nothing (see {@link Membership}). Blocks its caller.
 */
final class Enrolling {

    private final AccountLine line;
    private final AccountFiles files;
    private final Identity identity;
    private final Consumer<Report> reports;
    private final SecureRandom secure = new SecureRandom();

    Enrolling(AccountLine line, AccountFiles files, Identity identity, Consumer<Report> reports) {
        this.line = line;
        this.files = files;
        this.identity = identity;
        this.reports = reports;
    }

    /** Makes an account; one that was made before, but whose codes nobody saw, is told of again. */
    void signUp(AccountWish.SignUp wish) {
        String user = wish.user();
        PeerId index = line.index();
        KeptAccount known = Membership.at(line, files).account().orElse(null);
        if (known != null && known.user().equals(user) && !known.unseenCodes().isEmpty()) {
            reports.accept(new Report.Said(
                    "INFO",
                    "This account was made before, with the password that was typed then, and nobody was told."));
            tell(known);
            return;
        }
        AccountKey key = AccountKey.generate();
        List<RecoveryCode> codes = freshCodes();
        AccountSecrets secrets = derive(index, user, wish.password());
        KeptAccount fresh = new KeptAccount(user, key, texts(codes));
        byte[] signature =
                PeerKey.sign(AccountRequest.SignUp.signedBytes(index, identity.id(), user), key.privateKey());
        files.begin(index, fresh);
        unlessRefused(new AccountRequest.SignUp(
                user,
                key.key(),
                secrets.proof(),
                secrets.wrap(key, secure),
                signature,
                DeviceName.of(wish.device(), user),
                entries(user, key, codes),
                wish.invite() == null ? "" : wish.invite().text()));
        files.settle(index);
        tell(fresh);
    }

    private List<RecoveryCode> freshCodes() {
        return Stream.generate(() -> RecoveryCode.random(secure))
                .limit(RecoveryCode.USUAL_COUNT)
                .toList();
    }

    private static List<String> texts(List<RecoveryCode> codes) {
        return codes.stream().map(RecoveryCode::text).toList();
    }

    private List<RecoveryEntry> entries(String user, AccountKey key, List<RecoveryCode> codes) {
        return codes.stream()
                .map(code -> AccountSecrets.ofCode(line.index(), user, code).entry(key, secure))
                .toList();
    }

    private void tell(KeptAccount account) {
        reports.accept(new AccountReport.SignedUp(
                account.user(),
                line.address(),
                line.index().fingerprint(),
                account.key().key().id().fingerprint(),
                account.unseenCodes()));
    }

    /** Acts for an account whose password is known. */
    void logIn(AccountWish.LogIn wish) {
        String user = wish.user();
        PeerId index = line.index();
        List<KeptAccount> before = Stream.of(files.kept(index), files.pending(index))
                .flatMap(Optional::stream)
                .toList();
        AccountSecrets secrets = derive(index, user, wish.password());
        AccountKey key = logIn(user, secrets, DeviceName.of(wish.device(), user));
        // Codes of a sign-up that nobody has seen stay where they are.
        List<String> unseen = before.stream()
                .filter(account -> account.isOf(key.key()))
                .findFirst()
                .map(KeptAccount::unseenCodes)
                .orElse(List.of());
        files.keep(index, new KeptAccount(user, key, unseen));
        reports.accept(new AccountReport.LoggedIn(
                user, line.address(), index.fingerprint(), key.key().id().fingerprint()));
    }

    private AccountKey logIn(String user, AccountSecrets secrets, String device) {
        AccountReply.LoggedIn answer =
                line.ask(new AccountRequest.LogIn(user, secrets.proof(), device), AccountReply.LoggedIn.class);
        return secrets.unwrap(answer.accountKey(), answer.wrapped()).orElseThrow(() -> {
            line.ask(new AccountRequest.LogOut(), IndexReply.Ack.class);
            return notToBeBelieved();
        });
    }

    /** Takes a recovery code for another password. */
    void recover(AccountWish.Recover wish) {
        String user = wish.user();
        PeerId index = line.index();
        AccountSecrets ofCode = AccountSecrets.ofCode(index, user, code(wish.code()));
        AccountReply.Recovering found =
                line.ask(new AccountRequest.BeginRecovery(user, ofCode.proof()), AccountReply.Recovering.class);
        AccountKey key = ofCode.unwrap(found.accountKey(), found.wrapped()).orElseThrow(Enrolling::notToBeBelieved);
        AccountSecrets secrets = derive(index, user, wish.password());
        String device = DeviceName.of(wish.device(), user);
        files.begin(index, new KeptAccount(user, key, List.of()));
        try {
            unlessRefused(new AccountRequest.Recover(
                    user, ofCode.proof(), secrets.proof(), secrets.wrap(key, secure), device));
        } catch (PeerException e) {
            if (!e.isRefusal(ErrorCode.WRONG_PASSWORD)) {
                throw e;
            }
            // The code was good a moment ago: this was done, and its answer lost, when the new password is the right
            // one.
            logIn(user, secrets, device);
            files.begin(index, new KeptAccount(user, key, List.of()));
        }
        files.settle(index);
        reports.accept(new AccountReport.Recovered(
                user,
                line.address(),
                index.fingerprint(),
                key.key().id().fingerprint(),
                line.self().map(AccountReply.Self::codesLeft).orElse(0)));
    }

    /** Chooses another password. */
    void changePassword(AccountWish.ChangePassword wish) {
        KeptAccount account = Membership.at(line, files).account().orElseThrow(line::notLoggedIn);
        PeerId index = line.index();
        AccountSecrets old = derive(index, account.user(), wish.old());
        AccountSecrets fresh = derive(index, account.user(), wish.fresh());
        line.ask(
                new AccountRequest.ChangePassword(old.proof(), fresh.proof(), fresh.wrap(account.key(), secure)),
                IndexReply.Ack.class);
        reports.accept(new AccountReport.PasswordChanged(account.user(), line.address()));
    }

    /** Makes other recovery codes; those that nobody gets to see are made again in the same way. */
    void replaceCodes(AccountWish.ReplaceCodes wish) {
        KeptAccount account = Membership.at(line, files).account().orElseThrow(line::notLoggedIn);
        PeerId index = line.index();
        AccountSecrets secrets = derive(index, account.user(), wish.password());
        List<RecoveryCode> codes = freshCodes();
        line.ask(
                new AccountRequest.ReplaceCodes(secrets.proof(), entries(account.user(), account.key(), codes)),
                IndexReply.Ack.class);
        // Those of a sign-up that nobody has seen are worth nothing any more.
        files.codesShown(index.fingerprint());
        reports.accept(new AccountReport.CodesReplaced(account.user(), line.address(), texts(codes)));
    }

    /** Acts for no account any more; the index first, so that no device is left there without its key. */
    void logOut() {
        PeerId index = line.index();
        boolean bound =
                line.ask(new AccountRequest.LogOut(), IndexReply.Ack.class).number() > 0;
        String user = files.isEmpty(index)
                ? null
                : files.kept(index).map(KeptAccount::user).orElse(null);
        boolean kept = files.remove(index);
        if (!bound && !kept) {
            throw line.notLoggedIn();
        }
        reports.accept(new AccountReport.LoggedOut(user, line.address()));
    }

    /** What is refused was not done. What is not answered may have been, which the next command finds out. */
    private void unlessRefused(AccountRequest request) {
        try {
            line.ask(request, IndexReply.Ack.class);
        } catch (PeerException e) {
            if (e.isRefusal() && !e.isRefusal(ErrorCode.UNAVAILABLE)) {
                files.abandon(line.index());
            }
            throw e;
        }
    }

    /** One after the other, however many commands are attached: each takes 64 MiB of memory. */
    private static AccountSecrets derive(PeerId index, String user, Secret password) {
        synchronized (Enrolling.class) {
            return AccountSecrets.ofPassword(index, user, password.text());
        }
    }

    private static RecoveryCode code(Secret typed) {
        try {
            return RecoveryCode.parse(typed.text());
        } catch (IllegalArgumentException e) {
            throw PeerException.of(PeerException.Reason.NOT_ALLOWED, e);
        }
    }

    private static PeerException notToBeBelieved() {
        return new PeerException(
                PeerException.Reason.VERIFICATION,
                "The index gave an account's key that is not sealed with this password. It was damaged there, or the"
                        + " index means no good. This home does not act for the account.");
    }
}
