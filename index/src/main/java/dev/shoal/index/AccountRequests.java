package dev.shoal.index;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AccountProof;
import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.AccountRequest.Accept;
import dev.shoal.protocol.AccountRequest.BeginRecovery;
import dev.shoal.protocol.AccountRequest.ChangePassword;
import dev.shoal.protocol.AccountRequest.FindAccount;
import dev.shoal.protocol.AccountRequest.GiveAway;
import dev.shoal.protocol.AccountRequest.ListDevices;
import dev.shoal.protocol.AccountRequest.LogIn;
import dev.shoal.protocol.AccountRequest.LogOut;
import dev.shoal.protocol.AccountRequest.Recover;
import dev.shoal.protocol.AccountRequest.ReplaceCodes;
import dev.shoal.protocol.AccountRequest.RevokeDevice;
import dev.shoal.protocol.AccountRequest.SignUp;
import dev.shoal.protocol.AccountRequest.WhoAmI;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.AccountSecrets;
import dev.shoal.transport.Argon2;
import dev.shoal.transport.Site;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Answers {@code a}, what concerns accounts. Every check of a password goes through {@link PasswordHashing}, whose one
 * thread asks the throttle right before and tells it right after: so however many attempts come at once, no more are
 * made than one after the other could be. Thread-safe; holds no lock while something waits.
 */
final class AccountRequests {

    /** The same for an account that is not there. */
    static final String WRONG = "The user name or the password is wrong.";

    static final String WRONG_OWN = "The password is wrong.";
    static final String WRONG_OLD = "The old password is wrong.";
    static final String WRONG_CODE = "The user name or the recovery code is wrong, or the code was used already.";

    /** What checking a password has found; with a wait, it was not checked. */
    private record Verdict(boolean right, int waitMillis) {}

    private final SqliteAccounts accounts;
    private final PasswordHashing hashing;
    private final Access access;
    private final Administration administration;
    private final Groups groups;
    private final AccessTickets tickets;
    private final PrivateNames privateNames;
    private final SignUps signUps;
    private final Transfers transfers;
    private final RandomGenerator secure;
    private final PasswordHash ofNobody;

    /** Guarded by itself. */
    private final LogInThrottle throttle = new LogInThrottle();

    /**
     * Answers from some accounts.
     *
     * @param tickets of the index, whose id sign-ups and transfers are signed for
     * @param secure where salts come from; used by any thread
     */
    AccountRequests(
            AccessTickets tickets,
            SqliteNames names,
            SqliteAccounts accounts,
            Access access,
            PasswordHashing hashing,
            RandomGenerator secure) {
        this.accounts = accounts;
        this.access = access;
        this.hashing = hashing;
        this.administration = new Administration(names, accounts, access, secure);
        this.groups = new Groups(names, accounts, accounts.limits());
        this.tickets = tickets;
        this.privateNames = new PrivateNames(names);
        PeerId index = tickets.index();
        this.signUps = new SignUps(index, accounts, hashing, access, secure);
        this.transfers = new Transfers(index, names);
        this.secure = secure;
        this.ofNobody = PasswordHash.ofNobody(hashing.cost(), secure);
    }

    /** Who may do what at this index. */
    Access access() {
        return access;
    }

    /** What administrators ask of these accounts. */
    Administration administration() {
        return administration;
    }

    /** The groups of these accounts. */
    Groups groups() {
        return groups;
    }

    /** What these accounts read that not everybody does. */
    PrivateNames privateNames() {
        return privateNames;
    }

    /** The tickets that they get for it. */
    AccessTickets tickets() {
        return tickets;
    }

    /** Answers a request of a session. */
    CompletableFuture<Answer> answer(
            Session session, AccountRequest request, InetAddress asker, boolean overTls, Moment now) {
        if (!overTls) {
            return done(Failure.of(ErrorCode.WRONG_STATE, "Accounts are a matter of TLS, not of datagrams."))
                    .thenApply(Answer::of);
        }
        PeerId peer = session.peer();
        Origin from = new Origin(asker, now.millis());
        CompletableFuture<Pdu> answer = switch (request) {
            case SignUp signUp -> signUps.signUp(peer, signUp, asker, now);
            case LogIn logIn -> logIn(peer, logIn, asker, now);
            case ChangePassword change -> changePassword(peer, change, asker, now);
            case LogOut logOut -> accounts.logOut(peer, from).thenApply(was -> new Ack(Outcome.DONE, was ? 1 : 0));
            case WhoAmI who ->
                accounts.self(peer)
                        .thenApply(self -> self.map(Pdu.class::cast).orElseGet(AccountRequests::notLoggedIn));
            case ListDevices list -> devices(peer);
            case RevokeDevice revoke -> accounts.revoke(peer, revoke.peer(), from);
            case BeginRecovery recovery -> beginRecovery(recovery, Site.of(asker), now);
            case Recover recover -> recover(peer, recover, asker, now);
            case ReplaceCodes replace -> replaceCodes(peer, replace, asker, now);
            case FindAccount find -> find(peer, find.user());
            case GiveAway give -> transfers.give(give.transfer(), () -> access.asker(session.key()), from);
            case Accept accept -> accept(peer, accept.subject(), from);
        };
        return answer.thenApply(Answer::of);
    }

    /** The answer to who acts for no account. */
    static Pdu notLoggedIn() {
        return Failure.of(ErrorCode.NOT_LOGGED_IN, "You are not logged in at this index.");
    }

    private LogInThrottle.Attempt attempt(PeerId peer, String user, long site) {
        boolean isDevice = accounts.actingFor(peer)
                .filter(account -> account.name().equals(user))
                .isPresent();
        return new LogInThrottle.Attempt(user, site, isDevice ? peer : null);
    }

    private CompletableFuture<Pdu> logIn(PeerId peer, LogIn request, InetAddress asker, Moment now) {
        long site = Site.of(asker);
        LogInThrottle.Attempt attempt = attempt(peer, request.user(), site);
        return unlessThrottled(
                waitMillis(attempt, now),
                () -> accounts.find(request.user())
                        .thenCompose(found -> hashing.submit(
                                        argon2 -> check(argon2, found, request.proof(), attempt, now), site, now)
                                .thenCompose(verdict -> found.isPresent() && verdict.right
                                        ? accounts.logIn(
                                                found.get(),
                                                new Accounts.Device(peer, request.device(), now.millis()),
                                                asker)
                                        : done(refusal(verdict, WRONG)))));
    }

    private CompletableFuture<Pdu> changePassword(PeerId peer, ChangePassword request, InetAddress asker, Moment now) {
        long site = Site.of(asker);
        Optional<Accounts.Account> account = accounts.actingFor(peer);
        if (account.isEmpty()) {
            return done(notLoggedIn());
        }
        String user = account.get().name();
        LogInThrottle.Attempt attempt = attempt(peer, user, site);
        return unlessThrottled(
                waitMillis(attempt, now),
                () -> accounts.find(user)
                        .thenCompose(found -> hashing.submit(
                                        argon2 -> {
                                            Verdict verdict = check(argon2, found, request.oldProof(), attempt, now);
                                            return new Changed(
                                                    verdict,
                                                    verdict.right ? make(argon2, request.newProof()) : ofNobody);
                                        },
                                        site,
                                        now)
                                .thenCompose(changed -> found.isPresent() && changed.verdict.right
                                        ? accounts.changePassword(
                                                found.get(),
                                                peer,
                                                new Accounts.NewPassword(changed.hash, request.wrapped()),
                                                new Origin(asker, now.millis()))
                                        : done(refusal(changed.verdict, WRONG_OLD)))));
    }

    private CompletableFuture<Pdu> replaceCodes(PeerId peer, ReplaceCodes request, InetAddress asker, Moment now) {
        long site = Site.of(asker);
        Optional<Accounts.Account> account = accounts.actingFor(peer);
        if (account.isEmpty()) {
            return done(notLoggedIn());
        }
        String user = account.get().name();
        LogInThrottle.Attempt attempt = attempt(peer, user, site);
        return unlessThrottled(
                waitMillis(attempt, now),
                () -> accounts.find(user)
                        .thenCompose(found -> hashing.submit(
                                        argon2 -> check(argon2, found, request.proof(), attempt, now), site, now)
                                .thenCompose(verdict -> found.isPresent() && verdict.right
                                        ? accounts.replaceCodes(
                                                found.get(), peer, request.codes(), new Origin(asker, now.millis()))
                                        : done(refusal(verdict, WRONG_OWN)))));
    }

    private CompletableFuture<Pdu> find(PeerId peer, String user) {
        return accounts.actingFor(peer).isEmpty()
                ? done(notLoggedIn())
                : accounts.find(user)
                        .thenApply(found -> found.<Pdu>map(account ->
                                        new AccountReply.Found(account.account().key()))
                                .orElseGet(() -> Failure.of(ErrorCode.NOT_FOUND, "There is no account " + user + ".")));
    }

    private CompletableFuture<Pdu> accept(PeerId peer, String subject, Origin from) {
        return accounts.actingFor(peer).isEmpty()
                ? done(notLoggedIn())
                : transfers.accept(
                        subject,
                        handle -> new AccountTables(handle).actingFor(peer).map(Accounts.Account::key),
                        from);
    }

    private record Changed(Verdict verdict, PasswordHash hash) {}

    private CompletableFuture<Pdu> devices(PeerId peer) {
        return accounts.actingFor(peer)
                .map(account -> accounts.devices(account).thenApply(list -> (Pdu) new AccountReply.Devices(list)))
                .orElseGet(() -> done(notLoggedIn()));
    }

    private CompletableFuture<Pdu> beginRecovery(BeginRecovery request, long site, Moment now) {
        return withCode(request.user(), request.codeProof(), site, now, CompletableFuture::completedFuture);
    }

    private CompletableFuture<Pdu> recover(PeerId peer, Recover request, InetAddress asker, Moment now) {
        long site = Site.of(asker);
        Hash codeHash = AccountSecrets.hashOf(request.codeProof());
        Accounts.Device device = new Accounts.Device(peer, request.device(), now.millis());
        return withCode(
                request.user(),
                request.codeProof(),
                site,
                now,
                found -> hashing.submit(argon2 -> make(argon2, request.newProof()), site, now)
                        .thenCompose(hash -> accounts.recover(
                                request.user(),
                                codeHash,
                                new Accounts.NewPassword(hash, request.wrapped()),
                                device,
                                asker)));
    }

    /**
     * Goes on with what a recovery code wraps. It has too many bits to be guessed at any speed: it is enough to count
     * wrong ones by address, so that nobody is kept from using a right one.
     */
    private CompletableFuture<Pdu> withCode(
            String user, AccountProof proof, long site, Moment now, Function<Pdu, CompletableFuture<Pdu>> next) {
        int waitMillis;
        synchronized (throttle) {
            waitMillis = throttle.waitMillis(site, now.nanos());
        }
        return unlessThrottled(
                waitMillis,
                () -> accounts.recovering(user, AccountSecrets.hashOf(proof)).thenCompose(found -> {
                    if (found.isPresent()) {
                        return next.apply(found.get());
                    }
                    synchronized (throttle) {
                        throttle.failed(site, now.nanos());
                    }
                    return done(Failure.of(ErrorCode.WRONG_PASSWORD, WRONG_CODE));
                }));
    }

    /**
     * Checks a password, on the thread of {@link PasswordHashing}: the same work whether there is an account or not.
     */
    private Verdict check(
            Argon2 argon2,
            Optional<Accounts.Found> found,
            AccountProof proof,
            LogInThrottle.Attempt attempt,
            Moment now) {
        int waitMillis = waitMillis(attempt, now);
        if (waitMillis > 0) {
            return new Verdict(false, waitMillis);
        }
        PasswordHash password = found.map(Accounts.Found::password).orElse(ofNobody);
        boolean right = password.matches(argon2, proof) && found.isPresent();
        synchronized (throttle) {
            if (right) {
                throttle.succeeded(attempt, now.nanos());
            } else {
                throttle.failed(attempt, now.nanos());
            }
        }
        return new Verdict(right, 0);
    }

    private static CompletableFuture<Pdu> unlessThrottled(int waitMillis, Supplier<CompletableFuture<Pdu>> work) {
        return waitMillis > 0 ? done(throttled(waitMillis)) : work.get();
    }

    private int waitMillis(LogInThrottle.Attempt attempt, Moment now) {
        synchronized (throttle) {
            return throttle.waitMillis(attempt, now.nanos());
        }
    }

    private PasswordHash make(Argon2 argon2, AccountProof proof) {
        return PasswordHash.make(argon2, proof, secure);
    }

    private static Pdu refusal(Verdict verdict, String sentence) {
        return verdict.waitMillis > 0 ? throttled(verdict.waitMillis) : Failure.of(ErrorCode.WRONG_PASSWORD, sentence);
    }

    private static Pdu throttled(int waitMillis) {
        long seconds = Math.ceilDiv(waitMillis, 1_000);
        String time = seconds == 1 ? "a second" : seconds < 120 ? seconds + " seconds" : seconds / 60 + " minutes";
        return new Failure(
                ErrorCode.THROTTLED,
                waitMillis,
                0,
                "Too many wrong passwords for this account or from this address. Try again in " + time + ".");
    }

    private static CompletableFuture<Pdu> done(Pdu answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
