package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.record;
import static dev.shoal.index.TestAccount.INDEX;
import static dev.shoal.index.TestAccount.proof;
import static dev.shoal.index.TestAccount.wrapped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.AccountRequest.Accept;
import dev.shoal.protocol.AccountRequest.BeginRecovery;
import dev.shoal.protocol.AccountRequest.FindAccount;
import dev.shoal.protocol.AccountRequest.GiveAway;
import dev.shoal.protocol.AccountRequest.LogIn;
import dev.shoal.protocol.AccountRequest.LogOut;
import dev.shoal.protocol.AccountRequest.RecoveryEntry;
import dev.shoal.protocol.AccountRequest.ReplaceCodes;
import dev.shoal.protocol.AccountRequest.SignUp;
import dev.shoal.protocol.AccountRequest.WhoAmI;
import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.Inspect;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Transfer;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.AccountSecrets;
import dev.shoal.transport.RecoveryCode;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, as peers see it over sessions. */
class IndexAccessTest {

    private static final AccessPolicy ACCOUNTS = new AccessPolicy(true, false, false);
    private static final AccessPolicy MEMBERS = new AccessPolicy(true, false, true);
    private static final AccessPolicy INVITED = new AccessPolicy(true, true, false);
    private static final KeyPair DESK = Fixtures.keyPair();
    private static final KeyPair STRANGER = Fixtures.keyPair();
    private static final TestAccount ADA = TestAccount.of("ada");
    private static final TestAccount BEN = TestAccount.of("ben");
    private static final long PASSWORD = 10;

    @TempDir
    private Path folder;

    private AccountIndex all;
    private IndexUnderTest index;
    private Session desk;
    private Session stranger;

    @BeforeEach
    void open() {
        all = AccountIndex.open(folder);
        index = all.index;
        desk = index.join(key(DESK), "192.0.2.1", "");
        stranger = index.join(key(STRANGER), "192.0.2.2", "");
    }

    @AfterEach
    void close() {
        all.close();
    }

    private static PeerKey key(KeyPair pair) {
        return Fixtures.key(pair);
    }

    private Pdu ask(Session session, IndexRequest request) {
        return all.ask(session, request);
    }

    private Failure refused(ErrorCode code, Session session, IndexRequest request) {
        return all.refused(code, session, request);
    }

    private void signUp(Session session, KeyPair peer, TestAccount account) {
        assertThat(ask(session, account.signUp(key(peer), PASSWORD, 20))).isEqualTo(Ack.DONE);
    }

    private static Register register(VersionRecord record) {
        return new Register(false, record.content(), record.name(), record);
    }

    private static VersionRecord by(TestAccount account, String name, long content) {
        return record(account.key().privateKey(), account.key().key(), name, 1, Fixtures.content(content), Hash.ZERO);
    }

    private static final Ack MADE = new Ack(Outcome.NAME_MADE, 1);

    @Test
    void anOpenIndexTakesNamesOfPeersAndOfAccounts() {
        assertThat(ask(desk, register(first(DESK, "lab/a", content(1))))).isEqualTo(MADE);
        signUp(desk, DESK, ADA);
        assertThat(ask(desk, register(first(DESK, "lab/b", content(2))))).isEqualTo(MADE);
        assertThat(ask(desk, register(by(ADA, "ada/a", 3)))).isEqualTo(MADE);
        assertThat(ask(desk, register(by(ADA, "others/a", 4)))).isEqualTo(MADE);
        refused(ErrorCode.BAD_RECORD, stranger, register(by(ADA, "ada/b", 5)));
        refused(ErrorCode.NAME_OWNED, desk, register(by(ADA, "lab/c", 5)));
    }

    @Test
    void theNameOfAnAccountIsTheAccountsToTake() {
        signUp(desk, DESK, ADA);
        refused(ErrorCode.NAME_OWNED, stranger, register(first(STRANGER, "ada/a", content(1))));
        // Not even by a key of its own, which the account's other devices do not have.
        refused(ErrorCode.NAME_OWNED, desk, register(first(DESK, "ada/a", content(1))));
        assertThat(ask(desk, register(by(ADA, "ada/a", 1)))).isEqualTo(MADE);
        assertThat(ask(stranger, register(first(STRANGER, "ben/a", content(2)))))
                .isEqualTo(MADE);
        refused(ErrorCode.NAME_TAKEN, desk, BEN.signUp(key(DESK), PASSWORD));
        assertThat(ask(stranger, BEN.signUp(key(STRANGER), PASSWORD))).isEqualTo(Ack.DONE);
    }

    @Test
    void whereAccountsMakeNamesEachDoesUnderItsOwn() {
        get(all.access.change(ACCOUNTS, Fixtures.NOW_MILLIS));
        VersionRecord byKey = first(DESK, "lab/a", content(1));
        refused(ErrorCode.NOT_LOGGED_IN, desk, register(byKey));
        signUp(desk, DESK, ADA);
        refused(ErrorCode.FORBIDDEN, desk, register(byKey));
        refused(ErrorCode.FORBIDDEN, desk, register(first(DESK, "ada/a", content(1))));
        assertThat(refused(ErrorCode.FORBIDDEN, desk, register(by(ADA, "lab/a", 1)))
                        .sentence())
                .contains("\"ada/\"");
        assertThat(ask(desk, register(by(ADA, "ada/a", 1)))).isEqualTo(MADE);
        // Reading, and passing on what somebody else published, needs none.
        assertThat(ask(stranger, new Inspect(new Name("ada/a"), 0))).isInstanceOf(IndexReply.Version.class);
        assertThat(ask(stranger, new Register(true, content(1), new Name("ada/a"), null)))
                .isEqualTo(new Ack(Outcome.SOURCE_ADDED, 1));
        assertThat(ask(stranger, new IndexRequest.DeregisterName(new Name("ada/a"))))
                .isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(ask(stranger, new Inspect(new Name("ada/a"), 0))).isInstanceOf(IndexReply.Version.class);
        ask(desk, new LogOut());
        refused(ErrorCode.BAD_RECORD, desk, register(by(ADA, "ada/b", 2)));
        refused(ErrorCode.NOT_LOGGED_IN, desk, register(first(DESK, "ada/b", content(2))));
        ask(desk, new LogIn("ada", proof(PASSWORD), ""));
        assertThat(ask(desk, new IndexRequest.DeregisterName(new Name("ada/a"))))
                .isEqualTo(new Ack(Outcome.DONE, 1));
        refused(ErrorCode.NOT_FOUND, stranger, new Inspect(new Name("ada/a"), 0));
    }

    @Test
    void namesFromOpenTimesStayWithTheirKeysUntilTheyAreGivenToAnAccount() {
        VersionRecord one = first(DESK, "lab/a", content(1));
        ask(desk, register(one));
        get(all.access.change(ACCOUNTS, Fixtures.NOW_MILLIS));
        signUp(desk, DESK, ADA);
        assertThat(ask(desk, register(one))).isInstanceOf(Ack.class);
        VersionRecord two = record(ADA.key().privateKey(), ADA.key().key(), "lab/a", 2, content(2), one.hash());
        refused(ErrorCode.NAME_TAKEN, desk, register(two));
        PeerKey key = ((AccountReply.Found) ask(desk, new FindAccount("ada"))).accountKey();
        Transfer transfer = Transfer.sign(INDEX, "lab", 1, 5, key(DESK), key, DESK.getPrivate());
        assertThat(ask(desk, new GiveAway(transfer))).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(ask(desk, register(two))).isEqualTo(new Ack(Outcome.VERSION_MADE, 2));
        assertThat(ask(desk, register(by(ADA, "lab/b", 3)))).isEqualTo(MADE);
        IndexReply.Version version = (IndexReply.Version) ask(stranger, new Inspect(new Name("lab/a"), 0));
        Ownership chain = Objects.requireNonNull(version.ownership());
        assertThat(chain.leads(key(DESK).id().fingerprint(), version.record().owner()))
                .isTrue();
    }

    @Test
    void whatDoesNotFitADatagramIsAskedForAgain() {
        signUp(desk, DESK, ADA);
        signUp(stranger, STRANGER, BEN);
        ask(desk, register(by(ADA, "ada/a", 1)));
        TestAccount[] both = {ADA, BEN};
        Session[] sessions = {desk, stranger};
        for (int number = 1; number <= 8; number++) {
            int from = (number + 1) % 2;
            Transfer next = Transfer.sign(
                    INDEX,
                    "ada/a",
                    number,
                    5,
                    both[from].key().key(),
                    both[1 - from].key().key(),
                    both[from].key().privateKey());
            assertThat(ask(sessions[from], new GiveAway(next))).isEqualTo(new Ack(Outcome.DONE, 0));
            assertThat(ask(sessions[1 - from], new Accept("ada/a"))).isEqualTo(new Ack(Outcome.DONE, 1));
        }
        Inspect inspect = new Inspect(new Name("ada/a"), 0);
        Answer answer = get(index.send(stranger, 9_000, inspect, false));
        assertThat(answer.truncated()).isTrue();
        assertThat(answer.pdu())
                .isInstanceOfSatisfying(
                        IndexReply.Version.class,
                        version -> assertThat(version.ownership()).isNull());
        IndexReply.Version whole = (IndexReply.Version) ask(stranger, inspect);
        assertThat(Objects.requireNonNull(whole.ownership()).isAuthentic(INDEX, new Name("ada/a")))
                .isTrue();
    }

    @Test
    void onAnIndexForMembersOthersLearnNothing() {
        signUp(desk, DESK, ADA);
        assertThat(ask(desk, register(by(ADA, "ada/a", 1)))).isEqualTo(MADE);
        List<IndexRequest> reading = List.of(
                new IndexRequest.Search("a", 0, 10),
                new IndexRequest.ListOnline("", 10),
                new IndexRequest.ListAll("", 10),
                new IndexRequest.ListUsers(0, 10),
                new Inspect(new Name("ada/a"), 0),
                new Inspect(new Name("ada/none"), 0),
                new IndexRequest.Locate(false, content(1), 0, 10),
                new Register(true, content(1), new Name("ada/a"), null),
                new IndexRequest.RegisterChunks(true, false, content(1), List.of()),
                new IndexRequest.RegisterBulk(1, List.of(), false));
        get(all.access.change(MEMBERS, Fixtures.NOW_MILLIS));
        for (IndexRequest request : reading) {
            assertThat(refused(ErrorCode.FORBIDDEN, stranger, request).sentence())
                    .isEqualTo(refused(ErrorCode.FORBIDDEN, stranger, reading.getFirst())
                            .sentence());
            assertThat(index.failure(stranger, request).code()).isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(ask(desk, request)).as("%s", request).isNotEqualTo(index.failure(stranger, request));
        }
        assertThat(index.heartbeat(stranger, List.of())).isNotNull();
        refused(ErrorCode.NOT_LOGGED_IN, stranger, new WhoAmI());
        ask(desk, new LogOut());
        refused(ErrorCode.FORBIDDEN, desk, reading.getFirst());
        close();
        open();
        assertThat(all.access.policy()).isEqualTo(MEMBERS);
        refused(ErrorCode.FORBIDDEN, stranger, reading.getFirst());
        get(all.access.change(AccessPolicy.OPEN, Fixtures.NOW_MILLIS));
        assertThat(ask(stranger, reading.getFirst())).isInstanceOf(IndexReply.Names.class);
    }

    @Test
    void whatTheIndexIsToldAtItsStartIsInTheLogWhenItChanges() {
        for (AccessPolicy policy : List.of(ACCOUNTS, ACCOUNTS, AccessPolicy.OPEN)) {
            get(all.access.change(policy, Fixtures.NOW_MILLIS));
        }
        List<AdminReply.Entry> lines = get(all.names.readers().read(handle -> new AuditTables(handle).lines(0, 10)));
        assertThat(lines).extracting(AdminReply.Entry::what).containsExactly("policy is open", "policy is accounts");
    }

    @Test
    void onlyWhoIsInvitedSignsUpAfterTheFirst() {
        get(all.access.change(INVITED, Fixtures.NOW_MILLIS));
        signUp(desk, DESK, ADA);
        RecoveryCode code = RecoveryCode.random(new SecureRandom());
        long now = index.now.millis();
        invite(code, 1, now + 60_000);
        for (String wrong :
                List.of("", "nonsense", RecoveryCode.random(new SecureRandom()).text())) {
            refused(ErrorCode.FORBIDDEN, stranger, invited(BEN, STRANGER, wrong));
        }
        assertThat(ask(stranger, invited(BEN, STRANGER, code.text().toUpperCase(Locale.ROOT))))
                .isEqualTo(Ack.DONE);
        KeyPair other = Fixtures.keyPair();
        Session late = index.join(key(other), "192.0.2.3", "");
        TestAccount cid = TestAccount.of("cid");
        refused(ErrorCode.FORBIDDEN, late, invited(cid, other, code.text()));
        RecoveryCode old = RecoveryCode.random(new SecureRandom());
        invite(old, 5, now + 60_000);
        index.pass(60_000);
        refused(ErrorCode.FORBIDDEN, late, invited(cid, other, old.text()));
        refused(ErrorCode.NOT_LOGGED_IN, late, new WhoAmI());
    }

    @Test
    void ofTwoWithOneInvitationOneGetsIn() {
        get(all.access.change(INVITED, Fixtures.NOW_MILLIS));
        signUp(desk, DESK, ADA);
        RecoveryCode code = RecoveryCode.random(new SecureRandom());
        invite(code, 1, index.now.millis() + 60_000);
        KeyPair other = Fixtures.keyPair();
        Session late = index.join(key(other), "192.0.2.3", "");
        var one = index.send(stranger, 1, invited(BEN, STRANGER, code.text()), true);
        var two = index.send(late, 2, invited(TestAccount.of("cid"), other, code.text()), true);
        assertThat(List.of(get(one).pdu(), get(two).pdu()))
                .filteredOn(Ack.DONE::equals)
                .hasSize(1);
    }

    @Test
    void invitationsAreBounded() {
        AccountLimits few = new AccountLimits(6, 4, 8, 3, 2, 2, 2, 3, 2, 3, 10);
        SqliteAccounts limited = SqliteAccounts.beside(all.names, few);
        for (int i = 0; i < 2; i++) {
            assertThat(invite(limited, invitation(i, 1, 100))).isEqualTo(Ack.DONE);
        }
        assertThat(invite(limited, invitation(2, 1, 100))).isInstanceOf(Failure.class);
        assertThat(invite(limited, new Accounts.Invite(Fixtures.hash(3), 1, 300, 200, "ada")))
                .isEqualTo(Ack.DONE);
    }

    private static Accounts.Invite invitation(long hash, int uses, long untilMillis) {
        return new Accounts.Invite(Fixtures.hash(hash), uses, untilMillis, 0, "ada");
    }

    private Pdu invite(SqliteAccounts into, Accounts.Invite invite) {
        return get(all.names.writer().write(handle -> into.invite(new AccountTables(handle), invite), done -> {}));
    }

    private void invite(RecoveryCode code, int uses, long untilMillis) {
        invite(all.accounts, new Accounts.Invite(code.hash(), uses, untilMillis, index.now.millis(), "ada"));
    }

    private static SignUp invited(TestAccount account, KeyPair peer, String invite) {
        SignUp plain = account.signUp(key(peer), PASSWORD);
        return new SignUp(
                plain.user(),
                plain.accountKey(),
                plain.proof(),
                plain.wrapped(),
                plain.signature(),
                plain.device(),
                plain.codes(),
                invite);
    }

    @Test
    void namesThatLookLikeAnothersAreRefused() {
        signUp(desk, DESK, TestAccount.of("lab"));
        assertThat(ask(desk, register(first(DESK, "modern/a", content(1))))).isEqualTo(MADE);
        for (String alike : List.of("1ab", "Iab", "LAB", "modem", "l\u0430b", "\u03b1bc")) {
            refused(ErrorCode.NAME_TAKEN, stranger, TestAccount.of(alike).signUp(key(STRANGER), PASSWORD));
            assertThat(refused(ErrorCode.NAME_OWNED, stranger, register(first(STRANGER, alike + "/a", content(2))))
                            .sentence())
                    .contains("Choose another");
        }
        // Whoever has one may have the other.
        assertThat(ask(desk, register(first(DESK, "modem/a", content(3))))).isEqualTo(MADE);
    }

    @Test
    void namesThatLookLikeAnothersInTheOtherCaseAreRefused() {
        signUp(desk, DESK, TestAccount.of("paul"));
        assertThat(ask(desk, register(first(DESK, "bob/a", content(1))))).isEqualTo(MADE);
        assertThat(ask(desk, register(first(DESK, "PaypaI/a", content(2))))).isEqualTo(MADE);
        for (String alike : List.of("PauI", "b0b", "B0b", "paypal", "Paypal")) {
            refused(ErrorCode.NAME_TAKEN, stranger, TestAccount.of(alike).signUp(key(STRANGER), PASSWORD));
            refused(ErrorCode.NAME_OWNED, stranger, register(first(STRANGER, alike + "/a", content(3))));
        }
    }

    @Test
    void newRecoveryCodesEndTheOldOnes() {
        signUp(desk, DESK, ADA);
        List<RecoveryEntry> fresh = List.of(new RecoveryEntry(AccountSecrets.hashOf(proof(30)), wrapped(30)));
        refused(ErrorCode.NOT_LOGGED_IN, stranger, new ReplaceCodes(proof(PASSWORD), fresh));
        refused(ErrorCode.WRONG_PASSWORD, desk, new ReplaceCodes(proof(11), fresh));
        assertThat(ask(stranger, new BeginRecovery("ada", proof(20)))).isInstanceOf(AccountReply.Recovering.class);
        assertThat(ask(desk, new ReplaceCodes(proof(PASSWORD), fresh))).isEqualTo(Ack.DONE);
        refused(ErrorCode.WRONG_PASSWORD, stranger, new BeginRecovery("ada", proof(20)));
        assertThat(ask(stranger, new BeginRecovery("ada", proof(30)))).isInstanceOf(AccountReply.Recovering.class);
    }

    @Test
    void whatConcernsOthersNeedsAnAccount() {
        signUp(desk, DESK, ADA);
        for (AccountRequest request : List.of(new FindAccount("ada"), new Accept("lab"))) {
            refused(ErrorCode.NOT_LOGGED_IN, stranger, request);
            refused(ErrorCode.NOT_FOUND, desk, request instanceof Accept ? request : new FindAccount("nobody"));
        }
    }
}
