package dev.shoal.index;

import static dev.shoal.index.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.GroupReply;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.GroupRequest.Add;
import dev.shoal.protocol.GroupRequest.ChangeAudience;
import dev.shoal.protocol.GroupRequest.Create;
import dev.shoal.protocol.GroupRequest.Delete;
import dev.shoal.protocol.GroupRequest.DropAudience;
import dev.shoal.protocol.GroupRequest.ListAudience;
import dev.shoal.protocol.GroupRequest.ListGroups;
import dev.shoal.protocol.GroupRequest.ListMembers;
import dev.shoal.protocol.GroupRequest.Reader;
import dev.shoal.protocol.GroupRequest.Remove;
import dev.shoal.protocol.GroupRequest.SetAudience;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups and audiences are their owner's, last, and are bounded. */
class IndexGroupsTest {

    private static final AccountLimits LIMITS = new AccountLimits(10, 10, 10, 3, 2, 2, 2, 3, 2, 3, 10);
    private static final TestAccount ADA = TestAccount.of("ada");
    private static final TestAccount THE_BEN = TestAccount.of("ben");
    private static final TestAccount CID = TestAccount.of("cid");
    private static final Ack ONE = new Ack(Outcome.DONE, 1);

    @TempDir
    private Path folder;

    private SqliteNames names;
    private PasswordHashing hashing;
    private IndexUnderTest index;
    private Session ada;
    private Session ben;
    private int lastId = 1_000;

    @BeforeEach
    void open() {
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
        hashing = new PasswordHashing(TestAccount.CHEAP, 10);
        SqliteAccounts accounts = SqliteAccounts.beside(names, LIMITS);
        Access access = Access.beside(names, accounts, Optional.empty());
        index = new IndexUnderTest(
                IndexUnderTest.SETTINGS,
                names,
                new AccountRequests(TestAccount.TICKETS, names, accounts, access, hashing, new SecureRandom()));
        ada = index.join(1, "192.0.2.1");
        ben = index.join(2, "192.0.2.2");
    }

    @AfterEach
    void close() {
        hashing.close();
        names.close();
    }

    private Pdu ask(Session session, IndexRequest request) {
        return index.askOverTls(session, request);
    }

    private void refused(ErrorCode code, Session session, IndexRequest request) {
        assertThat(ask(session, request))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
    }

    private void signUp() {
        ask(ada, ADA.signUp(key(1), 10));
        ask(ben, THE_BEN.signUp(key(2), 10));
        ask(index.join(3, "192.0.2.3"), CID.signUp(key(3), 10));
    }

    @Test
    void aGroupHasMembersUntilTheyAreTakenOff() {
        signUp();
        assertThat(ask(ada, new Create("team"))).isEqualTo(ONE);
        assertThat(ask(ada, new Create("team"))).isEqualTo(Ack.DONE);
        assertThat(ask(ada, new Add("team", "cid"))).isEqualTo(ONE);
        assertThat(ask(ada, new Add("team", "ben"))).isEqualTo(ONE);
        assertThat(ask(ada, new Remove("team", "nobody"))).isEqualTo(Ack.DONE);
        close();
        open();
        assertThat(ask(ada, new ListMembers("team"))).isEqualTo(new GroupReply.Members(List.of("ben", "cid")));
        assertThat(ask(ada, new ListGroups()))
                .isEqualTo(new GroupReply.Groups(List.of(new GroupReply.Group("team", 2))));
        assertThat(ask(ada, new Remove("team", "ben"))).isEqualTo(ONE);
        assertThat(ask(ada, new ListMembers("team"))).isEqualTo(new GroupReply.Members(List.of("cid")));
        assertThat(ask(ada, new AdminRequest.RemoveAccount("cid"))).isEqualTo(ONE);
        assertThat(ask(ada, new ListMembers("team"))).isEqualTo(new GroupReply.Members(List.of()));
        assertThat(ask(ada, new Delete("team"))).isEqualTo(ONE);
        assertThat(ask(ada, new ListGroups())).isEqualTo(new GroupReply.Groups(List.of()));
    }

    @Test
    void toOthersThereIsNoSuchGroup() {
        signUp();
        ask(ada, new Create("team"));
        for (GroupRequest request : List.of(
                new Delete("team"), new Add("team", "ben"), new Remove("team", "ben"), new ListMembers("team"))) {
            refused(ErrorCode.NOT_FOUND, ben, request);
            refused(ErrorCode.NOT_LOGGED_IN, index.join(9, "192.0.2.9"), request);
            assertThat(index.failure(ada, request).code()).isEqualTo(ErrorCode.WRONG_STATE);
        }
        assertThat(ask(ben, new ListGroups())).isEqualTo(new GroupReply.Groups(List.of()));
        assertThat(ask(ben, new Create("team"))).isEqualTo(ONE);
        refused(ErrorCode.NOT_FOUND, ada, new Add("team", "nobody"));
    }

    private static final AudienceId AUDIENCE = ADA.audience(1);
    private static final Reader BEN = new Reader(false, "ben");
    private static final Reader TEAM = new Reader(true, "team");

    @Test
    void anAudienceHasReadersUntilItIsDropped() {
        signUp();
        ask(ada, new Create("team"));
        assertThat(ask(ada, ADA.sets(1, TEAM, BEN, BEN))).isEqualTo(ONE);
        close();
        open();
        assertThat(ask(ada, new ListAudience(AUDIENCE))).isEqualTo(new GroupReply.Audience(List.of(BEN, TEAM)));
        // All of it or nothing.
        refused(ErrorCode.NOT_FOUND, ada, new SetAudience(AUDIENCE, List.of(new Reader(false, "nobody"))));
        refused(ErrorCode.NOT_FOUND, ada, new SetAudience(AUDIENCE, List.of(new Reader(true, "ben"))));
        assertThat(ask(ada, new ListAudience(AUDIENCE))).isEqualTo(new GroupReply.Audience(List.of(BEN, TEAM)));
        ask(ada, new Delete("team"));
        assertThat(ask(ada, new ListAudience(AUDIENCE))).isEqualTo(new GroupReply.Audience(List.of(BEN)));
        assertThat(ask(ada, new SetAudience(AUDIENCE, List.of()))).isEqualTo(Ack.DONE);
        assertThat(ask(ada, new ListAudience(AUDIENCE))).isEqualTo(new GroupReply.Audience(List.of()));
        assertThat(ask(ada, new DropAudience(AUDIENCE))).isEqualTo(ONE);
        refused(ErrorCode.NOT_FOUND, ada, new ListAudience(AUDIENCE));
        // It is gone, and made anew by who can show that it is his.
        refused(ErrorCode.FORBIDDEN, ada, new SetAudience(AUDIENCE, List.of(BEN)));
        assertThat(ask(ada, ADA.sets(1, BEN))).isEqualTo(ONE);
    }

    @Test
    void anAudienceIsItsOwnersForGood() {
        signUp();
        Session cid = index.join(3, "192.0.2.3");
        AudienceId his = CID.audience(1);
        ask(cid, CID.sets(1, BEN));
        // Who was a reader knows the id, and may even have come to know what it follows from.
        List<SetAudience> takings = List.of(
                new SetAudience(his, List.of()),
                CID.sets(1),
                new SetAudience(his, List.of(), ADA.sets(1).seed()));
        forbidden(ben, takings);
        refused(ErrorCode.NOT_FOUND, ben, new ListAudience(his));
        refused(ErrorCode.NOT_FOUND, ben, new DropAudience(his));
        refused(ErrorCode.NOT_FOUND, ben, new ChangeAudience(his, List.of(BEN), List.of()));
        refused(ErrorCode.NOT_LOGGED_IN, index.join(9, "192.0.2.9"), CID.sets(1));
        ask(cid, new DropAudience(his));
        forbidden(ben, takings);
        ask(ada, new AdminRequest.RemoveAccount("cid"));
        forbidden(ben, takings);
        forbidden(ada, takings);
    }

    private void forbidden(Session session, List<SetAudience> requests) {
        requests.forEach(request -> refused(ErrorCode.FORBIDDEN, session, request));
    }

    @Test
    void audiencesAreBoundedAndThoseThatAreGoneDoNotCount() {
        signUp();
        for (int i = 0; i < 30; i++) {
            assertThat(ask(ada, ADA.sets(i))).isEqualTo(ONE);
            if (i > 0) {
                refused(ErrorCode.LIMIT, ada, ADA.sets(100));
                ask(ada, new DropAudience(ADA.audience(i)));
            }
        }
        assertThat(rows("audiences")).isEqualTo(1);
    }

    @Test
    void ofManyChangesAtOnceNoneIsLost() {
        signUp();
        Reader cid = new Reader(false, "cid");
        ask(ada, ADA.sets(1, BEN));
        // One device takes ben out while others let cid in and out again.
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(begin(new ChangeAudience(AUDIENCE, List.of(cid), List.of())));
            if (i == 10) {
                answers.add(begin(new ChangeAudience(AUDIENCE, List.of(), List.of(BEN))));
            }
            answers.add(begin(new ChangeAudience(AUDIENCE, List.of(), List.of(cid))));
        }
        answers.add(begin(new ChangeAudience(AUDIENCE, List.of(cid), List.of())));
        answers.forEach(answer -> assertThat(Fixtures.get(answer).pdu()).isInstanceOf(Ack.class));
        ask(ada, new ChangeAudience(AUDIENCE, List.of(cid), List.of()));
        assertThat(ask(ada, new ListAudience(AUDIENCE))).isEqualTo(new GroupReply.Audience(List.of(cid)));
        assertThat(rows("audience_readers")).isEqualTo(1);
        // So that no more are counted than there are: two are still free.
        assertThat(ask(ada, new ChangeAudience(AUDIENCE, List.of(BEN, new Reader(false, "ada")), List.of())))
                .isEqualTo(ONE);
    }

    @Test
    void aChangeThatIsRefusedChangesNothing() {
        signUp();
        ask(ada, new Create("team"));
        ask(ada, new Add("team", "ben"));
        ask(ada, ADA.sets(1, TEAM));
        Reader cid = new Reader(false, "cid");
        refused(ErrorCode.FORBIDDEN, ada, new ChangeAudience(AUDIENCE, List.of(cid), List.of(BEN)));
        refused(ErrorCode.NOT_FOUND, ada, new ChangeAudience(AUDIENCE, List.of(cid, new Reader(true, "x")), List.of()));
        refused(ErrorCode.NOT_FOUND, ada, new ChangeAudience(ADA.audience(2), List.of(cid), List.of()));
        List<Reader> three = List.of(cid, BEN, new Reader(false, "ada"));
        refused(ErrorCode.LIMIT, ada, new ChangeAudience(AUDIENCE, three, List.of()));
        assertThat(ask(ada, new ListAudience(AUDIENCE))).isEqualTo(new GroupReply.Audience(List.of(TEAM)));
        assertThat(ask(ada, new ChangeAudience(AUDIENCE, List.of(TEAM), List.of(cid))))
                .isEqualTo(Ack.DONE);
        assertThat(ask(ada, new ChangeAudience(AUDIENCE, three, List.of(TEAM)))).isEqualTo(ONE);
        assertThat(ask(ada, new ChangeAudience(AUDIENCE, List.of(BEN), List.of(BEN))))
                .isEqualTo(ONE);
        assertThat(ask(ada, new ListAudience(AUDIENCE)))
                .isEqualTo(new GroupReply.Audience(List.of(new Reader(false, "ada"), cid)));
    }

    private CompletableFuture<Answer> begin(GroupRequest request) {
        return index.send(ada, ++lastId, request, true);
    }

    private long rows(String table) {
        return Fixtures.get(names.readers()
                .read(handle -> handle.createQuery("SELECT count(*) FROM " + table)
                        .mapTo(Long.class)
                        .one()));
    }

    @Test
    void theReadersOfAllAudiencesOfAnAccountAreBounded() {
        signUp();
        Reader adaHerself = new Reader(false, "ada");
        Reader cid = new Reader(false, "cid");
        AudienceId one = ADA.audience(1);
        ask(ada, ADA.sets(1, BEN, cid));
        SetAudience tooMany = ADA.sets(2, BEN, cid);
        assertThat(ask(ada, tooMany))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(ErrorCode.LIMIT))
                .asString()
                .contains("at most 3 accounts and groups");
        assertThat(ask(ada, ADA.sets(2, BEN, BEN))).isEqualTo(ONE);
        refused(ErrorCode.LIMIT, ada, tooMany);
        // Others in the place of those that are in it, and fewer of them, are no more.
        assertThat(ask(ada, new SetAudience(one, List.of(BEN, adaHerself)))).isEqualTo(Ack.DONE);
        assertThat(ask(ada, new ListAudience(one))).isEqualTo(new GroupReply.Audience(List.of(adaHerself, BEN)));
        assertThat(ask(ada, new SetAudience(one, List.of(cid)))).isEqualTo(Ack.DONE);
        assertThat(ask(ada, tooMany)).isEqualTo(Ack.DONE);
        ask(ada, new DropAudience(ADA.audience(2)));
        assertThat(ask(ada, new SetAudience(one, List.of(BEN, cid, adaHerself))))
                .isEqualTo(Ack.DONE);
        assertThat(ask(ben, THE_BEN.sets(1, cid))).isEqualTo(ONE);
    }

    @Test
    void anAudienceThatIsSetAsItIsDoesNotWaitForTheWriter() throws InterruptedException {
        signUp();
        ask(ada, new Create("team"));
        ask(ada, ADA.sets(1, BEN, TEAM));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ending = new CountDownLatch(1);
        CompletableFuture<Boolean> holding = names.writer()
                .write(
                        handle -> {
                            begun.countDown();
                            return await(ending);
                        },
                        done -> {});
        begun.await();
        try {
            assertThat(ask(ada, new SetAudience(AUDIENCE, List.of(TEAM, BEN)))).isEqualTo(Ack.DONE);
            refused(ErrorCode.FORBIDDEN, ben, new SetAudience(AUDIENCE, List.of(BEN)));
        } finally {
            ending.countDown();
        }
        assertThat(Fixtures.get(holding)).isTrue();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void groupsAndTheirMembersAreBounded() {
        signUp();
        ask(ada, new Create("one"));
        ask(ada, new Create("two"));
        refused(ErrorCode.LIMIT, ada, new Create("three"));
        ask(ada, new Add("one", "ada"));
        ask(ada, new Add("one", "ben"));
        refused(ErrorCode.LIMIT, ada, new Add("one", "cid"));
        assertThat(ask(ada, new Add("one", "ben"))).isEqualTo(Ack.DONE);
        // And all of them together.
        ask(ada, new Add("two", "ada"));
        refused(ErrorCode.LIMIT, ada, new Add("two", "ben"));
        ask(ada, new Delete("one"));
        assertThat(ask(ada, new Add("two", "ben"))).isEqualTo(ONE);
    }
}
