package dev.shoal.index;

import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.hash;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.TestAccount.INDEX;
import static dev.shoal.index.TestAccount.proof;
import static dev.shoal.index.TestAccount.wrapped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountReply.LoggedIn;
import dev.shoal.protocol.AccountReply.Recovering;
import dev.shoal.protocol.AccountReply.Self;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.AccountRequest.BeginRecovery;
import dev.shoal.protocol.AccountRequest.ChangePassword;
import dev.shoal.protocol.AccountRequest.ListDevices;
import dev.shoal.protocol.AccountRequest.LogIn;
import dev.shoal.protocol.AccountRequest.LogOut;
import dev.shoal.protocol.AccountRequest.Recover;
import dev.shoal.protocol.AccountRequest.RevokeDevice;
import dev.shoal.protocol.AccountRequest.SignUp;
import dev.shoal.protocol.AccountRequest.WhoAmI;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.AccountKey;
import dev.shoal.transport.AccountSecrets;
import dev.shoal.transport.Argon2;
import dev.shoal.transport.RecoveryCode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts as peers see them, over sessions. */
class IndexAccountsTest {

    private static final int PLACES = 40;
    private static final TestAccount ADA = TestAccount.of("ada");
    private static final long PASSWORD = 10;
    private static final long WRONG = 11;

    @TempDir
    private Path folder;

    private final SecureRandom secure = new SecureRandom();
    private SqliteNames names;
    private PasswordHashing hashing;
    private IndexUnderTest index;
    private Session desk;

    @BeforeEach
    void open() {
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
        hashing = new PasswordHashing(TestAccount.CHEAP, PLACES);
        SqliteAccounts accounts = SqliteAccounts.beside(names, AccountLimits.DEFAULT);
        AccountRequests requests = new AccountRequests(
                TestAccount.TICKETS,
                names,
                accounts,
                Access.beside(names, accounts, Optional.empty()),
                hashing,
                secure);
        index = new IndexUnderTest(IndexUnderTest.SETTINGS, names, requests);
        desk = index.join(1, "192.0.2.1");
    }

    @AfterEach
    void close() {
        hashing.close();
        names.close();
    }

    private Pdu ask(Session session, AccountRequest request) {
        return index.askOverTls(session, request);
    }

    private Failure refused(Session session, AccountRequest request) {
        Pdu answer = ask(session, request);
        assertThat(answer).isInstanceOf(Failure.class);
        return (Failure) answer;
    }

    private void assertCode(ErrorCode code, Session session, AccountRequest request) {
        assertThat(refused(session, request).code()).isEqualTo(code);
    }

    private void signUpAda() {
        assertThat(ask(desk, ADA.signUp(key(1), PASSWORD, 20, 21))).isEqualTo(Ack.DONE);
    }

    private static LogIn logIn(String user, long password) {
        return new LogIn(user, proof(password), "laptop");
    }

    @Test
    void whoSignsUpIsLoggedInAndSoIsEverySessionOfTheKey() {
        Session other = index.join(1, "192.0.2.1");
        assertCode(ErrorCode.NOT_LOGGED_IN, desk, new WhoAmI());
        signUpAda();
        Self self = new Self("ada", ADA.key().key(), index.now.millis(), index.now.millis(), 2);
        assertThat(ask(desk, new WhoAmI())).isEqualTo(self);
        assertThat(ask(other, new WhoAmI())).isEqualTo(self);
        assertThat(ask(index.join(1, "203.0.113.9"), new WhoAmI())).isEqualTo(self);
        assertCode(ErrorCode.NOT_LOGGED_IN, index.join(2, "192.0.2.1"), new WhoAmI());
        close();
        open();
        assertThat(ask(desk, new WhoAmI())).isEqualTo(self);
    }

    @Test
    void aSignUpThatIsNotSignedForThisIndexAndThisPeerIsForbidden() {
        SignUp good = ADA.signUp(key(1), PASSWORD);
        assertCode(ErrorCode.FORBIDDEN, index.join(2, "192.0.2.1"), good);
        byte[] elsewhere = PeerKey.sign(
                SignUp.signedBytes(new PeerId(hash(78)), key(1).id(), "ada"),
                ADA.key().privateKey());
        for (byte[] signature : List.of(elsewhere, new byte[PeerKey.SIGNATURE_BYTES])) {
            assertCode(
                    ErrorCode.FORBIDDEN,
                    desk,
                    new SignUp(
                            "ada",
                            good.accountKey(),
                            good.proof(),
                            good.wrapped(),
                            signature,
                            good.device(),
                            List.of()));
        }
        byte[] noPoint = new byte[PeerKey.BYTES];
        noPoint[0] = 4;
        assertCode(
                ErrorCode.FORBIDDEN,
                desk,
                new SignUp("ada", PeerKey.of(noPoint), good.proof(), good.wrapped(), good.signature(), "", List.of()));
        assertCode(ErrorCode.NOT_LOGGED_IN, desk, new WhoAmI());
    }

    @Test
    void ofTwoWhoSignUpAtOnceOneGetsTheName() {
        Session other = index.join(2, "192.0.2.2");
        CompletableFuture<Answer> first = index.send(desk, 1, ADA.signUp(key(1), PASSWORD), true);
        CompletableFuture<Answer> second =
                index.send(other, 2, TestAccount.of("ada").signUp(key(2), WRONG), true);
        List<Pdu> answers = new ArrayList<>();
        answers.add(get(first).pdu());
        answers.add(get(second).pdu());
        assertThat(answers).filteredOn(Ack.DONE::equals).hasSize(1);
        assertThat(answers)
                .filteredOn(Failure.class::isInstance)
                .singleElement()
                .extracting(failure -> ((Failure) failure).code())
                .isEqualTo(ErrorCode.NAME_TAKEN);
        Session winner = answers.getFirst().equals(Ack.DONE) ? desk : other;
        assertThat(ask(winner, new WhoAmI())).isInstanceOf(Self.class);
        assertCode(ErrorCode.NOT_LOGGED_IN, winner == desk ? other : desk, new WhoAmI());
    }

    @Test
    void anUnknownUserAndAWrongPasswordAreOneAnswer() {
        signUpAda();
        Session laptop = index.join(2, "192.0.2.2");
        Failure wrong = refused(laptop, logIn("ada", WRONG));
        Failure unknown = refused(laptop, logIn("nobody", PASSWORD));
        assertThat(wrong).isEqualTo(unknown);
        assertThat(wrong.code()).isEqualTo(ErrorCode.WRONG_PASSWORD);
        assertThat(refused(laptop, new BeginRecovery("ada", proof(99))))
                .isEqualTo(refused(laptop, new BeginRecovery("nobody", proof(20))));
        assertThat(ask(laptop, logIn("ada", PASSWORD)))
                .isEqualTo(new LoggedIn(ADA.key().key(), wrapped(PASSWORD)));
        assertThat(ask(laptop, new WhoAmI())).isInstanceOf(Self.class);
    }

    @Test
    void anUnknownUserIsAsMuchWorkAsAWrongPassword() {
        signUpAda();
        Session laptop = index.join(2, "192.0.2.2");
        long before = hashes();
        refused(laptop, logIn("ada", WRONG));
        long wrong = hashes();
        refused(laptop, logIn("nobody", PASSWORD));
        assertThat(wrong - before).isEqualTo(1);
        assertThat(hashes() - wrong).isEqualTo(1);
        ask(laptop, logIn("ada", PASSWORD));
        assertThat(hashes() - wrong).isEqualTo(2);
    }

    /** What takes time in a log-in, up to now. */
    private long hashes() {
        return hashing.submit(Argon2::hashes, 0, index.now).join();
    }

    @Test
    void unknownUsersAreThrottledAsThoseThatThereAre() {
        signUpAda();
        List<Failure> ofAda = new ArrayList<>();
        List<Failure> ofNobody = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ofAda.add(refused(index.join(100 + i, "203.0.113." + i), logIn("ada", WRONG)));
            ofNobody.add(refused(index.join(200 + i, "198.51.100." + i), logIn("nobody", WRONG)));
        }
        assertThat(ofAda).isEqualTo(ofNobody);
        assertThat(ofAda)
                .extracting(Failure::code)
                .containsExactly(
                        ErrorCode.WRONG_PASSWORD,
                        ErrorCode.WRONG_PASSWORD,
                        ErrorCode.WRONG_PASSWORD,
                        ErrorCode.THROTTLED,
                        ErrorCode.THROTTLED);
        assertThat(ofAda.getLast().retryAfterMillis()).isEqualTo(1_000);
        assertThat(ofAda.getLast().sentence()).contains("a second");
        Session laptop = index.join(2, "192.0.2.2");
        assertCode(ErrorCode.THROTTLED, laptop, logIn("ada", PASSWORD));
        index.pass(1_000);
        assertCode(ErrorCode.WRONG_PASSWORD, laptop, logIn("ada", WRONG));
        assertThat(refused(laptop, logIn("ada", PASSWORD)).retryAfterMillis()).isEqualTo(2_000);
        index.pass(2_000);
        assertThat(ask(laptop, logIn("ada", PASSWORD))).isInstanceOf(LoggedIn.class);
        // A right one ends the count.
        assertCode(ErrorCode.WRONG_PASSWORD, laptop, logIn("ada", WRONG));
        assertCode(ErrorCode.WRONG_PASSWORD, laptop, logIn("ada", WRONG));
        assertThat(ask(laptop, logIn("ada", PASSWORD))).isInstanceOf(LoggedIn.class);
    }

    @Test
    void manyAttemptsAtOnceAreNoMoreThanOneAfterTheOther() {
        signUpAda();
        Session guesser = index.join(2, "203.0.113.1");
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            answers.add(index.send(guesser, 100 + i, logIn("ada", 1_000 + i), true));
        }
        List<ErrorCode> codes = answers.stream()
                .map(answer -> get(answer).pdu() instanceof Failure failure ? failure.code() : ErrorCode.UNKNOWN)
                .toList();
        assertThat(codes).filteredOn(ErrorCode.WRONG_PASSWORD::equals).hasSize(LogInThrottle.FREE_PER_ACCOUNT);
        assertThat(codes).isSubsetOf(ErrorCode.WRONG_PASSWORD, ErrorCode.THROTTLED, ErrorCode.BUSY);
    }

    @Test
    void oneAddressTriesOnlySomeAccounts() {
        Session guesser = index.join(2, "203.0.113.1");
        for (int i = 0; i < LogInThrottle.FREE_PER_SITE; i++) {
            assertCode(ErrorCode.WRONG_PASSWORD, guesser, logIn("user" + i, WRONG));
        }
        assertCode(ErrorCode.THROTTLED, guesser, logIn("another", WRONG));
        assertCode(ErrorCode.WRONG_PASSWORD, index.join(3, "203.0.113.2"), logIn("another", WRONG));
    }

    @Test
    void aChangedPasswordIsTheOnlyOne() {
        signUpAda();
        Session laptop = index.join(2, "192.0.2.2");
        assertCode(ErrorCode.NOT_LOGGED_IN, laptop, new ChangePassword(proof(PASSWORD), proof(12), wrapped(12)));
        assertCode(ErrorCode.WRONG_PASSWORD, desk, new ChangePassword(proof(WRONG), proof(12), wrapped(12)));
        assertThat(ask(desk, new ChangePassword(proof(PASSWORD), proof(12), wrapped(12))))
                .isEqualTo(Ack.DONE);
        assertCode(ErrorCode.WRONG_PASSWORD, laptop, logIn("ada", PASSWORD));
        assertThat(ask(laptop, logIn("ada", 12)))
                .isEqualTo(new LoggedIn(ADA.key().key(), wrapped(12)));
        assertThat(ask(desk, new WhoAmI())).isInstanceOf(Self.class);
        close();
        open();
        assertThat(ask(index.join(3, "192.0.2.3"), logIn("ada", 12))).isInstanceOf(LoggedIn.class);
    }

    @Test
    void aRevokedDeviceLosesTheAccountAtOnceInAllItsSessions() {
        signUpAda();
        List<Session> lost = List.of(index.join(2, "192.0.2.2"), index.join(2, "198.51.100.2"));
        ask(lost.getFirst(), logIn("ada", PASSWORD));
        assertThat(ask(lost.getLast(), new WhoAmI())).isInstanceOf(Self.class);
        AccountReply.Devices devices = (AccountReply.Devices) ask(desk, new ListDevices());
        assertThat(devices.entries())
                .extracting(AccountReply.Device::device)
                .containsExactlyInAnyOrder("desk of ada", "laptop");
        assertThat(ask(desk, new RevokeDevice(key(2).id()))).isEqualTo(new Ack(Ack.Outcome.DONE, 1));
        for (Session session : lost) {
            assertCode(ErrorCode.NOT_LOGGED_IN, session, new WhoAmI());
            assertCode(ErrorCode.NOT_LOGGED_IN, session, new ListDevices());
            assertCode(ErrorCode.NOT_LOGGED_IN, session, new RevokeDevice(key(1).id()));
            assertCode(ErrorCode.NOT_LOGGED_IN, session, new ChangePassword(proof(PASSWORD), proof(1), wrapped(1)));
        }
        assertCode(ErrorCode.NOT_FOUND, desk, new RevokeDevice(key(2).id()));
        assertThat(ask(desk, new LogOut())).isEqualTo(new Ack(Ack.Outcome.DONE, 1));
        assertThat(ask(desk, new LogOut())).isEqualTo(Ack.DONE);
        assertCode(ErrorCode.NOT_LOGGED_IN, desk, new WhoAmI());
    }

    @Test
    void anAccountWhoseDevicesAreGoneComesBackByACodeAndOnlyOnce() {
        AccountKey key = AccountKey.generate();
        RecoveryCode code = RecoveryCode.random(secure);
        AccountSecrets secrets = AccountSecrets.ofCode(INDEX, "ada", code);
        byte[] signature = PeerKey.sign(SignUp.signedBytes(INDEX, key(1).id(), "ada"), key.privateKey());
        ask(
                desk,
                new SignUp(
                        "ada",
                        key.key(),
                        proof(PASSWORD),
                        wrapped(PASSWORD),
                        signature,
                        "",
                        List.of(secrets.entry(key, secure))));
        ask(desk, new LogOut());
        Session fresh = index.join(2, "192.0.2.2");
        AccountSecrets typed = AccountSecrets.ofCode(INDEX, "ada", RecoveryCode.parse(code.text()));
        for (int i = 0; i < 2; i++) {
            // Asking twice uses nothing up.
            Recovering recovering = (Recovering) ask(fresh, new BeginRecovery("ada", typed.proof()));
            AccountKey opened =
                    typed.unwrap(recovering.accountKey(), recovering.wrapped()).orElseThrow();
            assertThat(key.key().verifies(new byte[] {1}, PeerKey.sign(new byte[] {1}, opened.privateKey())))
                    .isTrue();
        }
        Recover recover = new Recover("ada", typed.proof(), proof(12), wrapped(12), "new laptop");
        assertThat(ask(fresh, recover)).isEqualTo(Ack.DONE);
        assertThat(((Self) ask(fresh, new WhoAmI())).codesLeft()).isZero();
        assertCode(ErrorCode.WRONG_PASSWORD, index.join(3, "192.0.2.3"), recover);
        assertCode(ErrorCode.WRONG_PASSWORD, fresh, new BeginRecovery("ada", typed.proof()));
        assertCode(ErrorCode.WRONG_PASSWORD, desk, logIn("ada", PASSWORD));
        index.pass(1_000);
        assertThat(ask(desk, logIn("ada", 12))).isInstanceOf(LoggedIn.class);
    }

    @Test
    void datagramsAndSessionsThatEndedAreRefused() {
        signUpAda();
        List<AccountRequest> requests = List.of(
                logIn("ada", PASSWORD), new WhoAmI(), new LogOut(), new ListDevices(), new RevokeDevice(key(1).id()));
        for (AccountRequest request : requests) {
            assertThat(index.failure(desk, request).code()).isEqualTo(ErrorCode.WRONG_STATE);
        }
        assertThat(ask(desk, new WhoAmI())).isInstanceOf(Self.class);
        index.service.end(desk);
        assertCode(ErrorCode.WRONG_STATE, desk, new WhoAmI());
    }

    @Test
    void anIndexWithoutAccountsSaysSo() {
        IndexUnderTest without = new IndexUnderTest(IndexUnderTest.SETTINGS, names);
        Pdu answer = without.askOverTls(without.join(1, "192.0.2.1"), new WhoAmI());
        assertThat(answer)
                .isInstanceOf(Failure.class)
                .extracting(failure -> ((Failure) failure).code())
                .isEqualTo(ErrorCode.UNSUPPORTED);
    }
}
