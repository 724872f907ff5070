package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.record;
import static dev.shoal.index.TestAccount.INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AccountRequest.Accept;
import dev.shoal.protocol.AccountRequest.GiveAway;
import dev.shoal.protocol.AccountRequest.LogIn;
import dev.shoal.protocol.AccountRequest.LogOut;
import dev.shoal.protocol.AccountRequest.RevokeDevice;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.AdminRequest.Ban;
import dev.shoal.protocol.AdminRequest.RemoveAccount;
import dev.shoal.protocol.AdminRequest.Target;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupReply;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.GroupRequest.SetAudience;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.DeregisterAll;
import dev.shoal.protocol.IndexRequest.DeregisterName;
import dev.shoal.protocol.IndexRequest.Inspect;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Transfer;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody cannot do who kept an account's key, was banned, or is no member. */
class StolenRightsTest {

    private static final KeyPair DESK = Fixtures.keyPair();
    private static final KeyPair STRANGER = Fixtures.keyPair();
    private static final TestAccount ADA = TestAccount.of("ada");
    private static final TestAccount BEN = TestAccount.of("ben");
    private static final TestAccount CID = TestAccount.of("cid");
    private static final Name NAME = new Name("ada/a");
    private static final Ack MADE = new Ack(Outcome.NAME_MADE, 1);
    private static final long PASSWORD = 10;

    @TempDir
    private Path folder;

    private AccountIndex all;
    private IndexUnderTest index;
    private Session desk;
    private Session stranger;
    private int lastRequest = 1_000_000;

    @BeforeEach
    void open() {
        all = AccountIndex.open(folder);
        index = all.index;
        desk = index.join(Fixtures.key(DESK), "192.0.2.1", "");
        stranger = index.join(Fixtures.key(STRANGER), "192.0.2.2", "");
    }

    @AfterEach
    void close() {
        all.close();
    }

    @Test
    void whoKeepsTheKeyOfAnAccountActsForItThroughNoPeer() {
        // There before the account was, so that it was let in.
        Session early = index.join(ADA.key().key(), "192.0.2.3", "");
        assertThat(ask(desk, ADA.signUp(Fixtures.key(DESK), PASSWORD))).isEqualTo(Ack.DONE);
        assertThat(ask(desk, register(ADA, "ada/a", 1))).isEqualTo(MADE);
        ask(desk, new LogOut());

        refused(ErrorCode.BAD_RECORD, early, register(ADA, "ada/b", 2));
        refused(ErrorCode.BAD_RECORD, early, register(ADA, "others/b", 2));
        assertThat(ask(early, new DeregisterName(NAME))).isEqualTo(Ack.DONE);
        assertThat(ask(early, new DeregisterAll())).isEqualTo(Ack.DONE);
        refused(
                ErrorCode.FORBIDDEN,
                early,
                new GiveAway(transfer(ADA, "ada/a", BEN.key().key())));
        assertThat(ask(stranger, new Inspect(NAME, 0))).isInstanceOf(IndexReply.Version.class);
        assertNotLetIn(ADA);
        close();
        open();
        assertNotLetIn(ADA);
    }

    @Test
    void whoKeepsTheKeyOfAnAccountDoesNotOwnWhatItSharesPrivately() {
        Session early = index.join(ADA.key().key(), "192.0.2.3", "");
        ask(desk, ADA.signUp(Fixtures.key(DESK), PASSWORD));
        AudienceId audience = ADA.audience(1);
        ask(desk, ADA.sets(1));
        VersionRecord first = record(ADA.key().privateKey(), ADA.key().key(), "ada/a", 1, content(1), Hash.ZERO);
        assertThat(ask(desk, new Register(false, first.content(), NAME, first, audience)))
                .isEqualTo(MADE);
        assertThat(ask(desk, new Inspect(NAME, 0))).isInstanceOf(IndexReply.Version.class);

        refused(ErrorCode.NOT_FOUND, early, new Inspect(NAME, 0));
        refused(ErrorCode.NOT_FOUND, early, new DeregisterName(NAME));
        refused(ErrorCode.NOT_FOUND, early, new Register(false, first.content(), NAME, null));
    }

    @Test
    void noAccountHasTheKeyOfItsPeer() {
        TestAccount same = new TestAccount("ada", TestAccount.of("ada").key());
        Session peer = index.join(same.key().key(), "192.0.2.3", "");
        refused(ErrorCode.FORBIDDEN, peer, same.signUp(same.key().key(), PASSWORD));
    }

    @Test
    void whoIsBannedAndRemovedComesBackNeitherAsAPeerNorUnderAnotherName() {
        ask(desk, ADA.signUp(Fixtures.key(DESK), PASSWORD));
        ask(stranger, BEN.signUp(Fixtures.key(STRANGER), PASSWORD));
        KeyPair other = Fixtures.keyPair();
        Session cid = index.join(Fixtures.key(other), "192.0.2.3", "");
        ask(cid, CID.signUp(Fixtures.key(other), PASSWORD));
        assertThat(ask(stranger, register(BEN, "ben/a", 1))).isEqualTo(MADE);
        ask(stranger, new GiveAway(transfer(BEN, "ben/a", CID.key().key())));
        Target ben = new Target.OfAccount("ben");
        assertThat(ask(desk, new Ban(ben, ""))).isEqualTo(new Ack(Outcome.DONE, 1));

        refused(ErrorCode.NOT_FOUND, cid, new Accept("ben/a"));
        ask(desk, new RemoveAccount("ben"));
        TestAccount again = new TestAccount("ben2", BEN.key());
        refused(ErrorCode.FORBIDDEN, stranger, again.signUp(Fixtures.key(STRANGER), PASSWORD));
        assertNotLetIn(BEN);
        ask(desk, new AdminRequest.Unban(ben));
        assertThat(ask(stranger, again.signUp(Fixtures.key(STRANGER), PASSWORD)))
                .isEqualTo(Ack.DONE);
        assertThat(ask(stranger, new DeregisterName(new Name("ben/a")))).isEqualTo(new Ack(Outcome.DONE, 1));
    }

    @Test
    void whatABannedPeerOfferedIsNobodysToTake() {
        ask(desk, ADA.signUp(Fixtures.key(DESK), PASSWORD));
        VersionRecord record = first(STRANGER, "lab/a", content(1));
        ask(stranger, new Register(false, record.content(), record.name(), record));
        ask(
                stranger,
                new GiveAway(Transfer.sign(
                        INDEX, "lab", 1, 5, Fixtures.key(STRANGER), ADA.key().key(), STRANGER.getPrivate())));
        ask(desk, new Ban(new Target.OfPeer(Fixtures.key(STRANGER).id()), ""));
        refused(ErrorCode.NOT_FOUND, desk, new Accept("lab"));
    }

    @Test
    void whoIsNoMemberLearnsNothingByTakingAwayGivingOrSigningUp() {
        ask(desk, ADA.signUp(Fixtures.key(DESK), PASSWORD));
        ask(desk, register(ADA, "ada/a", 1));
        get(all.access.change(new AccessPolicy(true, true, true), Fixtures.NOW_MILLIS));
        Name absent = new Name("ada/b");

        assertThat(ask(stranger, new DeregisterName(NAME))).isEqualTo(ask(stranger, new DeregisterName(absent)));
        assertThat(index.ask(stranger, new DeregisterName(NAME)))
                .isEqualTo(index.ask(stranger, new DeregisterName(absent)));
        for (String subject : new String[] {"ada/a", "ada/b", "ada", "bob"}) {
            Transfer own = Transfer.sign(
                    INDEX, subject, 1, 5, Fixtures.key(STRANGER), CID.key().key(), STRANGER.getPrivate());
            assertThat(refused(ErrorCode.FORBIDDEN, stranger, new GiveAway(own)).sentence())
                    .contains("yours to give away")
                    .doesNotContain(ADA.key().key().id().fingerprint());
            Transfer forged =
                    new Transfer(subject, 1, 5, ADA.key().key(), CID.key().key(), own.signature());
            refused(ErrorCode.BAD_RECORD, stranger, new GiveAway(forged));
        }
        PeerKey peer = Fixtures.key(STRANGER);
        assertThat(refused(ErrorCode.FORBIDDEN, stranger, TestAccount.of("ada").signUp(peer, PASSWORD)))
                .isEqualTo(refused(
                        ErrorCode.FORBIDDEN, stranger, TestAccount.of("bob").signUp(peer, PASSWORD)));
    }

    @Test
    void whoLosesAnAccountBeforeTheWriteHasItNoMore() {
        VersionRecord record = first(DESK, "lab/a", content(1));
        Names.Registration wish = new Names.Registration(
                record.name(), record.content(), record, Asker.of(Fixtures.key(DESK)), Fixtures.address("192.0.2.1"));
        Asker later = Asker.of(Fixtures.key(STRANGER));
        assertThat(get(all.names.register(wish, () -> later, Fixtures.NOW_MILLIS)))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(ErrorCode.BAD_RECORD));
        assertThat(get(all.names.register(wish, Fixtures.NOW_MILLIS))).isEqualTo(MADE);
    }

    @Test
    void whatADeviceAskedForIsNotWrittenAfterItWasRevoked() {
        ask(stranger, BEN.signUp(Fixtures.key(STRANGER), PASSWORD));
        ask(desk, ADA.signUp(Fixtures.key(DESK), PASSWORD));
        KeyPair laptop = Fixtures.keyPair();
        Session stolen = index.join(Fixtures.key(laptop), "192.0.2.4", "");
        ask(stolen, new LogIn("ada", TestAccount.proof(PASSWORD), "laptop"));
        AudienceId audience = ADA.audience(1);
        ask(desk, ADA.sets(1));
        ask(desk, new GroupRequest.Create("team"));
        ask(stranger, register(BEN, "ben/a", 1));
        ask(stranger, new GiveAway(transfer(BEN, "ben/a", ADA.key().key())));

        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ending = new CountDownLatch(1);
        CompletableFuture<Boolean> holding = all.names
                .writer()
                .write(
                        handle -> {
                            begun.countDown();
                            return await(ending);
                        },
                        done -> {});
        assertThat(await(begun)).isTrue();
        CompletableFuture<Answer> revoked =
                send(desk, new RevokeDevice(Fixtures.key(laptop).id()));
        List<CompletableFuture<Answer>> late = Stream.<IndexRequest>of(
                        new SetAudience(audience, List.of(new GroupRequest.Reader(false, "ben"))),
                        ADA.sets(2),
                        new GroupRequest.Add("team", "ben"),
                        new GroupRequest.Create("gang"),
                        new Accept("ben/a"))
                .map(request -> send(stolen, request))
                .toList();
        ending.countDown();
        assertThat(get(holding)).isTrue();
        assertThat(get(revoked).pdu()).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(late)
                .allSatisfy(answer -> assertThat(get(answer).pdu())
                        .isInstanceOfSatisfying(
                                Failure.class,
                                failure -> assertThat(failure.code()).isEqualTo(ErrorCode.NOT_LOGGED_IN)));
        assertThat(ask(desk, new GroupRequest.ListAudience(audience))).isEqualTo(new GroupReply.Audience(List.of()));
        assertThat(ask(desk, new GroupRequest.ListGroups()))
                .isEqualTo(new GroupReply.Groups(List.of(new GroupReply.Group("team", 0))));
    }

    private CompletableFuture<Answer> send(Session session, IndexRequest request) {
        return index.send(session, ++lastRequest, request, true);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void assertNotLetIn(TestAccount account) {
        JoinResult result = index.tryJoin(account.key().key(), "192.0.2.9");
        assertThat(result)
                .isInstanceOfSatisfying(
                        JoinResult.Refused.class,
                        refused -> assertThat(refused.failure().code()).isEqualTo(ErrorCode.FORBIDDEN));
    }

    private static Transfer transfer(TestAccount from, String subject, PeerKey to) {
        return Transfer.sign(
                INDEX, subject, 1, 5, from.key().key(), to, from.key().privateKey());
    }

    private static Register register(TestAccount account, String name, long number) {
        VersionRecord record =
                record(account.key().privateKey(), account.key().key(), name, 1, content(number), Hash.ZERO);
        return new Register(false, record.content(), record.name(), record);
    }

    private Pdu ask(Session session, IndexRequest request) {
        return all.ask(session, request);
    }

    private Failure refused(ErrorCode code, Session session, IndexRequest request) {
        return all.refused(code, session, request);
    }
}
