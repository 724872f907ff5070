package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.TestAccount.proof;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AccountRequest.BeginRecovery;
import dev.shoal.protocol.AccountRequest.LogIn;
import dev.shoal.protocol.AccountRequest.Recover;
import dev.shoal.protocol.AccountRequest.SignUp;
import dev.shoal.protocol.AccountRequest.WhoAmI;
import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.AdminRequest.Appoint;
import dev.shoal.protocol.AdminRequest.Audit;
import dev.shoal.protocol.AdminRequest.Ban;
import dev.shoal.protocol.AdminRequest.Invite;
import dev.shoal.protocol.AdminRequest.ListAccounts;
import dev.shoal.protocol.AdminRequest.ListBans;
import dev.shoal.protocol.AdminRequest.Policy;
import dev.shoal.protocol.AdminRequest.RemoveAccount;
import dev.shoal.protocol.AdminRequest.RemoveName;
import dev.shoal.protocol.AdminRequest.Statistics;
import dev.shoal.protocol.AdminRequest.Target;
import dev.shoal.protocol.AdminRequest.Unban;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Fingerprint;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.Inspect;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What administrators do, and that nobody else does. */
class IndexAdministrationTest {

    private static final TestAccount ADA = TestAccount.of("ada");
    private static final TestAccount BEN = TestAccount.of("ben");
    private static final TestAccount CID = TestAccount.of("cid");
    private static final Target TO_BEN = new Target.OfAccount("ben");
    private static final KeyPair OWNER = Fixtures.keyPair();
    private static final Name NAME = new Name("lab/genome.fa");
    private static final long PASSWORD = 10;
    private static final String FIRST = "administers as the first account: ada";
    private static final Ack ONE = new Ack(Outcome.DONE, 1);

    @TempDir
    private Path folder;

    private AccountIndex all;
    private IndexUnderTest index;
    private Session ada;
    private Session ben;

    @BeforeEach
    void open() {
        open(AccountIndex.open(folder));
    }

    private void open(AccountIndex opened) {
        all = opened;
        index = all.index;
        ada = index.join(1, "192.0.2.1");
        ben = index.join(2, "192.0.2.2");
    }

    @AfterEach
    void close() {
        all.close();
    }

    private Pdu ask(Session session, IndexRequest request) {
        return all.ask(session, request);
    }

    private Failure refused(ErrorCode code, Session session, IndexRequest request) {
        return all.refused(code, session, request);
    }

    private void signUpBoth() {
        assertThat(ask(ada, ADA.signUp(key(1), PASSWORD))).isEqualTo(Ack.DONE);
        assertThat(ask(ben, BEN.signUp(key(2), PASSWORD, 20))).isEqualTo(Ack.DONE);
    }

    private void makeName() {
        VersionRecord record = first(OWNER, NAME.text(), content(1));
        Session owner = index.join(Fixtures.key(OWNER), "192.0.2.9", "");
        assertThat(ask(owner, new Register(false, content(1), NAME, record))).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
    }

    /** What is in the log of what administrators did. */
    private List<AdminReply.Entry> log() {
        return all.log(ada).stream()
                .filter(line -> !line.what().startsWith("signed up "))
                .toList();
    }

    private static List<AdminRequest> everything() {
        return List.of(
                new ListAccounts("", 10),
                new Ban(TO_BEN, ""),
                new Unban(TO_BEN),
                new RemoveName(NAME),
                new RemoveAccount("ben"),
                new Invite(1, 60),
                new Policy(false, false, false, false),
                new Policy(true, true, false, false),
                new Statistics(),
                new Audit(0, 10),
                new Appoint("ben", true),
                new ListBans(0, 10));
    }

    @Test
    void onlyAdministratorsAdminister() {
        signUpBoth();
        makeName();
        Session stranger = index.join(3, "192.0.2.3");
        for (AdminRequest request : everything()) {
            assertThat(refused(ErrorCode.FORBIDDEN, ben, request))
                    .isEqualTo(refused(ErrorCode.FORBIDDEN, stranger, request));
            assertThat(index.failure(ada, request).code()).isEqualTo(ErrorCode.WRONG_STATE);
        }
        assertThat(log()).extracting(AdminReply.Entry::what).containsExactly(FIRST);
        assertThat(ask(ben, new WhoAmI())).isNotInstanceOf(Failure.class);
        assertThat(ask(ada, new Policy(false, true, true, true))).isEqualTo(new AdminReply.Policy(false, false, false));
    }

    @Test
    void aBannedAccountIsLoggedOutAndCannotComeBack() {
        signUpBoth();
        assertThat(ask(ada, new Ban(TO_BEN, "spam"))).isEqualTo(ONE);
        assertThat(ask(ada, new Ban(TO_BEN, "again"))).isEqualTo(Ack.DONE);
        refused(ErrorCode.NOT_LOGGED_IN, ben, new WhoAmI());
        close();
        open();
        refused(ErrorCode.FORBIDDEN, ben, new LogIn("ben", proof(PASSWORD), ""));
        refused(ErrorCode.WRONG_PASSWORD, ben, new LogIn("ben", proof(11), ""));
        refused(ErrorCode.FORBIDDEN, ben, new Recover("ben", proof(20), proof(12), TestAccount.wrapped(12), ""));
        assertThat(ask(ben, new BeginRecovery("ben", proof(20)))).isNotInstanceOf(Failure.class);
        assertThat(((AdminReply.Bans) ask(ada, new ListBans(0, 10))).entries())
                .containsExactly(new AdminReply.Banned(TO_BEN, "spam", index.now.millis(), "ada"));
        assertThat(((AdminReply.Accounts) ask(ada, new ListAccounts("", 10))).entries())
                .extracting(AdminReply.Account::banned)
                .containsExactly(false, true);
        assertThat(ask(ada, new Unban(TO_BEN))).isEqualTo(ONE);
        refused(ErrorCode.NOT_FOUND, ada, new Unban(TO_BEN));
        assertThat(ask(ben, new LogIn("ben", proof(PASSWORD), ""))).isNotInstanceOf(Failure.class);
    }

    @Test
    void aBannedPeerHasNoSession() {
        signUpBoth();
        Target peer = new Target.OfPeer(key(2).id());
        assertThat(ask(ada, new Ban(peer, "floods"))).isEqualTo(ONE);
        assertThat(refused(ErrorCode.FORBIDDEN, ben, new IndexRequest.ListUsers(0, 10))
                        .sentence())
                .contains("banned");
        refused(ErrorCode.WRONG_STATE, ben, new IndexRequest.ListUsers(0, 10));
        JoinResult again =
                index.service.join(index.hello("", List.of()), key(2), Fixtures.socket("203.0.113.2", 1), index.now);
        assertThat(again).isInstanceOf(JoinResult.Refused.class);
        close();
        all = AccountIndex.open(folder);
        assertThat(all.access.isBanned(key(2).id())).isTrue();
    }

    @Test
    void aPeerIsBannedByItsFingerprintWhetherItIsHereOrNot() {
        signUpBoth();
        Target away = new Target.OfFingerprint(Fingerprint.of(key(3).id()));
        assertThat(ask(ada, new Ban(away, "floods"))).isEqualTo(ONE);
        assertThat(ask(ada, new Ban(new Target.OfPeer(key(3).id()), "again"))).isEqualTo(Ack.DONE);
        assertThat(index.service.join(index.hello("", List.of()), key(3), Fixtures.socket("203.0.113.3", 1), index.now))
                .isInstanceOf(JoinResult.Refused.class);
        assertThat(((AdminReply.Bans) ask(ada, new ListBans(0, 10))).entries())
                .containsExactly(new AdminReply.Banned(away, "floods", index.now.millis(), "ada"));
        refused(ErrorCode.FORBIDDEN, ada, new Ban(new Target.OfFingerprint(Fingerprint.of(key(1).id())), ""));
        close();
        open();
        assertThat(index.service.join(index.hello("", List.of()), key(3), Fixtures.socket("203.0.113.3", 1), index.now))
                .isInstanceOf(JoinResult.Refused.class);
        assertThat(ask(ada, new Unban(new Target.OfPeer(key(3).id())))).isEqualTo(ONE);
        index.join(3, "192.0.2.3");
        // One that is here ends.
        assertThat(ask(ada, new Ban(new Target.OfFingerprint(Fingerprint.of(key(2).id())), "")))
                .isEqualTo(ONE);
        refused(ErrorCode.FORBIDDEN, ben, new IndexRequest.ListUsers(0, 10));
        assertThat(ask(ada, new Unban(new Target.OfFingerprint(Fingerprint.of(key(2).id())))))
                .isEqualTo(ONE);
        index.join(2, "192.0.2.2");
    }

    @Test
    void anUnbannedPeerJoinsAgain() {
        signUpBoth();
        Target peer = new Target.OfPeer(key(2).id());
        ask(ada, new Ban(peer, ""));
        refused(ErrorCode.FORBIDDEN, ben, new WhoAmI());
        ask(ada, new Unban(peer));
        assertThat(ask(index.join(2, "192.0.2.2"), new WhoAmI())).isNotInstanceOf(Failure.class);
    }

    @Test
    void whoAdministersIsNeitherBannedNorRemovedNorDismissedAsTheLast() {
        signUpBoth();
        refused(ErrorCode.FORBIDDEN, ada, new Ban(new Target.OfAccount("ada"), ""));
        refused(ErrorCode.FORBIDDEN, ada, new Ban(new Target.OfPeer(key(1).id()), ""));
        refused(ErrorCode.FORBIDDEN, ada, new RemoveAccount("ada"));
        refused(ErrorCode.FORBIDDEN, ada, new Appoint("ada", false));
        refused(ErrorCode.NOT_FOUND, ada, new Appoint("nobody", true));
        assertThat(ask(ada, new Appoint("ben", true))).isEqualTo(ONE);
        refused(ErrorCode.FORBIDDEN, ada, new Ban(TO_BEN, ""));
        refused(ErrorCode.FORBIDDEN, ada, new Ban(new Target.OfPeer(key(2).id()), ""));
        assertThat(ask(ben, new Appoint("ada", false))).isEqualTo(ONE);
        refused(ErrorCode.FORBIDDEN, ada, new Statistics());
        assertThat(ask(ben, new Statistics())).isInstanceOf(AdminReply.Statistics.class);
    }

    @Test
    void whoIsBannedIsNotAppointed() {
        signUpBoth();
        ask(ada, new Ban(TO_BEN, "spam"));
        assertThat(refused(ErrorCode.FORBIDDEN, ada, new Appoint("ben", true)).sentence())
                .contains("banned");
        refused(ErrorCode.FORBIDDEN, ada, new Appoint("ada", false));
        // As an older version let it be.
        get(all.names.writer().write(handle -> handle.execute("UPDATE accounts SET administrator = 1"), done -> {}));
        refused(ErrorCode.FORBIDDEN, ada, new Appoint("ada", false));
        assertThat(ask(ada, new Appoint("ben", false))).isEqualTo(ONE);
    }

    @Test
    void aNameIsTakenAwayFromItsOwner() {
        signUpBoth();
        makeName();
        refused(ErrorCode.NOT_FOUND, ada, new RemoveName(new Name("lab/none")));
        assertThat(ask(ada, new RemoveName(NAME))).isEqualTo(ONE);
        refused(ErrorCode.NOT_FOUND, ben, new Inspect(NAME, 0));
        assertThat(all.names.count()).isZero();
    }

    @Test
    void anAccountThatIsRemovedIsGoneButForWhatItOwns() {
        signUpBoth();
        VersionRecord record =
                Fixtures.record(BEN.key().privateKey(), BEN.key().key(), "ben/a", 1, content(1), Hash.ZERO);
        ask(ben, new Register(false, content(1), record.name(), record));
        refused(ErrorCode.NOT_FOUND, ada, new RemoveAccount("nobody"));
        assertThat(ask(ada, new RemoveAccount("ben"))).isEqualTo(ONE);
        refused(ErrorCode.NOT_LOGGED_IN, ben, new WhoAmI());
        refused(ErrorCode.WRONG_PASSWORD, ben, new LogIn("ben", proof(PASSWORD), ""));
        assertThat(ask(ada, new Inspect(record.name(), 0))).isInstanceOf(IndexReply.Version.class);
        // Nobody else is taken for who made them.
        refused(ErrorCode.NAME_TAKEN, ben, TestAccount.of("ben").signUp(key(2), PASSWORD));
        assertThat(ask(ben, BEN.signUp(key(2), PASSWORD))).isEqualTo(Ack.DONE);
    }

    @Test
    void whoIsInvitedSignsUp() {
        signUpBoth();
        assertThat(ask(ada, new Policy(true, true, true, false))).isEqualTo(new AdminReply.Policy(true, true, false));
        refused(ErrorCode.FORBIDDEN, ada, new Policy(true, false, true, false));
        refused(ErrorCode.LIMIT, ada, new Invite(0, 60));
        refused(ErrorCode.LIMIT, ada, new Invite(1, 0));
        refused(ErrorCode.LIMIT, ada, new Invite(1, Integer.MAX_VALUE));
        AdminReply.Invitation invitation = (AdminReply.Invitation) ask(ada, new Invite(1, 60));
        Session cid = index.join(3, "192.0.2.3");
        refused(ErrorCode.FORBIDDEN, cid, CID.signUp(key(3), PASSWORD));
        SignUp plain = CID.signUp(key(3), PASSWORD);
        assertThat(ask(
                        cid,
                        new SignUp(
                                "cid",
                                plain.accountKey(),
                                plain.proof(),
                                plain.wrapped(),
                                plain.signature(),
                                "",
                                List.of(),
                                invitation.code())))
                .isEqualTo(Ack.DONE);
        assertThat(log().toString()).doesNotContain(invitation.code());
        assertThat(invitation.toString()).doesNotContain(invitation.code());
    }

    @Test
    void everyChangeIsInTheLog() {
        signUpBoth();
        makeName();
        ask(ada, new Policy(true, true, false, true));
        ask(ada, new Invite(2, 60));
        index.pass(1_000);
        ask(ada, new RemoveName(NAME));
        ask(ada, new Ban(TO_BEN, "x".repeat(255)));
        ask(ada, new Unban(TO_BEN));
        ask(ada, new Appoint("ben", true));
        ask(ada, new Appoint("ben", false));
        ask(ada, new RemoveAccount("ben"));
        List<AdminReply.Entry> lines = log();
        assertThat(lines)
                .extracting(AdminReply.Entry::what)
                .satisfiesExactly(
                        what -> assertThat(what).isEqualTo("removed the account ben"),
                        what -> assertThat(what).isEqualTo("dismissed ben"),
                        what -> assertThat(what).isEqualTo("appointed ben"),
                        what -> assertThat(what).isEqualTo("unbanned ben"),
                        what -> assertThat(what).startsWith("banned ben: xxx").hasSize(255),
                        what -> assertThat(what).isEqualTo("removed the name lab/genome.fa"),
                        what -> assertThat(what)
                                .startsWith("made the invitation ")
                                .endsWith(" for 2, good for 60 s"),
                        what -> assertThat(what).isEqualTo("policy is accounts, for members only"),
                        what -> assertThat(what).isEqualTo(FIRST));
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.who()).isEqualTo("ada");
            assertThat(line.address()).isEqualTo("192.0.2.1");
        });
        assertThat(lines.getFirst().timeMillis()).isEqualTo(lines.getLast().timeMillis() + 1_000);
        AdminReply.Audit page = (AdminReply.Audit) ask(ada, new Audit(0, 6));
        AdminReply.Audit rest = (AdminReply.Audit) ask(ada, new Audit(page.cursor(), 6));
        assertThat(rest.entries()).isEqualTo(all.log(ada).subList(6, 11));
        assertThat(rest.cursor()).isZero();
        close();
        open();
        assertThat(log()).isEqualTo(lines);
    }

    @Test
    void whatChangesNothingIsNotInTheLog() {
        signUpBoth();
        assertThat(ask(ada, new Policy(true, false, false, false)))
                .isEqualTo(new AdminReply.Policy(false, false, false));
        assertThat(ask(ada, new Appoint("ada", true))).isEqualTo(Ack.DONE);
        assertThat(ask(ada, new Appoint("ben", false))).isEqualTo(Ack.DONE);
        assertThat(log()).hasSize(1);
        // Both may be in one transaction, before whose end what is in memory is the old one.
        var one = index.send(ada, 900, new Policy(true, true, false, false), true);
        var two = index.send(ada, 901, new Policy(true, false, false, false), true);
        assertThat(get(one).pdu()).isEqualTo(new AdminReply.Policy(true, false, false));
        assertThat(get(two).pdu()).isEqualTo(new AdminReply.Policy(false, false, false));
        assertThat(log()).hasSize(3);
        close();
        open();
        assertThat(ask(ada, new Policy(false, false, false, false)))
                .isEqualTo(new AdminReply.Policy(false, false, false));
    }

    @Test
    void aKeyThatIsGivenAtTheStartAdministers() {
        close();
        open(AccountIndex.open(folder, key(2).id().fingerprint()));
        assertThat(ask(ada, ADA.signUp(key(1), PASSWORD))).isEqualTo(Ack.DONE);
        refused(ErrorCode.FORBIDDEN, ada, new Statistics());
        assertThat(ask(ben, new Policy(true, true, true, true))).isEqualTo(new AdminReply.Policy(true, true, true));
        assertThat(ask(ben, new Appoint("ada", true))).isEqualTo(ONE);
        assertThat(log())
                .extracting(AdminReply.Entry::who)
                .containsOnly(key(2).id().fingerprint());
        assertThat(ask(ben, new Appoint("ada", false))).isEqualTo(ONE);
        // It needs no invitation to have an account, and others do.
        refused(ErrorCode.FORBIDDEN, index.join(3, "192.0.2.3"), CID.signUp(key(3), PASSWORD));
        assertThat(ask(ben, BEN.signUp(key(2), PASSWORD))).isEqualTo(Ack.DONE);
    }

    @Test
    void aKeyThatAdministersIsNotLockedOutOfAnIndexForMembers() {
        close();
        open(AccountIndex.open(folder, key(2).id().fingerprint()));
        ask(ben, new Policy(true, true, false, true));
        assertThat(ask(ben, new IndexRequest.ListUsers(0, 10))).isInstanceOf(IndexReply.Users.class);
        refused(ErrorCode.FORBIDDEN, ada, new IndexRequest.ListUsers(0, 10));
    }

    @Test
    void accountsAreListedPageByPage() {
        signUpBoth();
        AdminReply.Accounts first = (AdminReply.Accounts) ask(ada, new ListAccounts("", 1));
        assertThat(first.entries())
                .containsExactly(new AdminReply.Account("ada", index.now.millis(), true, false, 1, 0));
        AdminReply.Accounts second = (AdminReply.Accounts) ask(ada, new ListAccounts(first.cursor(), 1));
        assertThat(second.entries()).extracting(AdminReply.Account::user).containsExactly("ben");
        AdminReply.Accounts none = (AdminReply.Accounts) ask(ada, new ListAccounts(second.cursor(), 1));
        assertThat(none.entries()).isEmpty();
        assertThat(none.cursor()).isEmpty();
    }

    @Test
    void statisticsSayHowMuchThereIs() {
        signUpBoth();
        makeName();
        assertThat(((AdminReply.Statistics) ask(ada, new Statistics())).entries())
                .contains(new AdminReply.Statistic("names", 1), new AdminReply.Statistic("sessions", 3));
    }
}
