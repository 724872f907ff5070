package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AccountRequest.LogOut;
import dev.shoal.protocol.AccountRequest.SignUp;
import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.AdminRequest.Appoint;
import dev.shoal.protocol.AdminRequest.Ban;
import dev.shoal.protocol.AdminRequest.EndInvite;
import dev.shoal.protocol.AdminRequest.Invite;
import dev.shoal.protocol.AdminRequest.ListInvites;
import dev.shoal.protocol.AdminRequest.ListPeers;
import dev.shoal.protocol.AdminRequest.Policy;
import dev.shoal.protocol.AdminRequest.RemoveAccount;
import dev.shoal.protocol.AdminRequest.Target;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Fingerprint;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexRequest.ListUsers;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.RecoveryCode;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is invited, who is here and who is called what, as the index knows it. */
class AdministeredListsTest {

    private static final TestAccount ADA = TestAccount.of("ada");
    private static final TestAccount BEN = TestAccount.of("ben");
    private static final TestAccount CID = TestAccount.of("cid");
    private static final KeyPair OWNER = Fixtures.keyPair();
    private static final long PASSWORD = 10;
    private static final Ack ONE = new Ack(Outcome.DONE, 1);

    @TempDir
    private Path folder;

    private AccountIndex all;
    private Session ada;
    private Session ben;

    @BeforeEach
    void open() {
        all = AccountIndex.open(folder);
        ada = all.index.join(key(1), "192.0.2.1", "mum");
        ben = all.index.join(key(2), "192.0.2.2", "ada");
        assertThat(all.ask(ada, ADA.signUp(key(1), PASSWORD))).isEqualTo(Ack.DONE);
    }

    @AfterEach
    void close() {
        all.close();
    }

    private String invite(Session maker, int uses, int seconds) {
        return ((AdminReply.Invitation) all.ask(maker, new Invite(uses, seconds))).code();
    }

    private List<AdminReply.Invite> invites(int limit) {
        List<AdminReply.Invite> found = new ArrayList<>();
        String cursor = "";
        do {
            AdminReply.Invites page = (AdminReply.Invites) all.ask(ada, new ListInvites(cursor, limit));
            found.addAll(page.entries());
            cursor = page.cursor();
        } while (!cursor.isEmpty());
        return found;
    }

    private static String id(String code) {
        return InviteTables.id(RecoveryCode.parse(code).hash());
    }

    private SignUp invited(TestAccount account, long peer, String code) {
        SignUp plain = account.signUp(key(peer), PASSWORD);
        return new SignUp(
                plain.user(),
                plain.accountKey(),
                plain.proof(),
                plain.wrapped(),
                plain.signature(),
                "",
                List.of(),
                code);
    }

    @Test
    void invitationsAreListedWithoutTheirCodesUntilTheyAreOfNoUse() {
        all.ask(ada, new Policy(true, true, true, false));
        assertThat(invites(10)).isEmpty();
        long now = all.index.now.millis();
        String one = invite(ada, 1, 60);
        String two = invite(ada, 3, 600);
        List<AdminReply.Invite> both = invites(1);
        assertThat(both)
                .containsExactlyInAnyOrder(
                        new AdminReply.Invite(id(one), 1, now, now + 60_000, "ada"),
                        new AdminReply.Invite(id(two), 3, now, now + 600_000, "ada"));
        assertThat(both.toString()).doesNotContain(one, two);
        assertThat(invites(10)).isEqualTo(both);
        assertThat(all.ask(ben, invited(BEN, 2, one))).isEqualTo(Ack.DONE);
        assertThat(invites(10))
                .singleElement()
                .extracting(AdminReply.Invite::id)
                .isEqualTo(id(two));
        assertThat(all.log(ada).getFirst().what()).startsWith("signed up by the invitation " + id(one) + " with");
        all.index.pass(600_000);
        assertThat(invites(10)).isEmpty();
    }

    @Test
    void nobodySignsUpWithAnInvitationThatWasEnded() {
        all.ask(ada, new Policy(true, true, true, false));
        String one = invite(ada, 2, 60);
        String two = invite(ada, 2, 60);
        assertThat(all.ask(ben, invited(BEN, 2, one))).isEqualTo(Ack.DONE);
        all.refused(ErrorCode.FORBIDDEN, ben, new EndInvite(id(one)));
        all.refused(ErrorCode.FORBIDDEN, ben, new ListInvites("", 10));
        all.refused(ErrorCode.NOT_FOUND, ada, new EndInvite("aaaaaaaa"));
        all.refused(ErrorCode.NOT_FOUND, ada, new EndInvite("no id"));
        all.refused(ErrorCode.NOT_FOUND, ada, new EndInvite(""));
        assertThat(all.ask(ada, new EndInvite(id(one)))).isEqualTo(ONE);
        assertThat(all.log(ada).getFirst().what()).isEqualTo("ended the invitation " + id(one) + " of ada");
        all.refused(ErrorCode.NOT_FOUND, ada, new EndInvite(id(one)));
        Session cid = all.index.join(3, "192.0.2.3");
        all.refused(ErrorCode.FORBIDDEN, cid, invited(CID, 3, one));
        assertThat(all.ask(cid, invited(CID, 3, two))).isEqualTo(Ack.DONE);
    }

    @Test
    void whatADismissedAdministratorMadeIsEndedByOthers() {
        assertThat(all.ask(ben, BEN.signUp(key(2), PASSWORD))).isEqualTo(Ack.DONE);
        all.ask(ada, new Appoint("ben", true));
        String made = invite(ben, 1, 60);
        all.ask(ada, new Appoint("ben", false));
        all.refused(ErrorCode.FORBIDDEN, ben, new EndInvite(id(made)));
        assertThat(invites(10))
                .singleElement()
                .extracting(AdminReply.Invite::maker)
                .isEqualTo("ben");
        assertThat(all.ask(ada, new EndInvite(id(made)))).isEqualTo(ONE);
    }

    private List<IndexReply.User> users() {
        return ((IndexReply.Users) all.ask(ada, new ListUsers(0, 100))).entries();
    }

    @Test
    void whoIsHereIsToldByTheAccountAndNotByWhatAPeerCallsItself() {
        assertThat(users()).extracting(IndexReply.User::user).containsExactly("mum", "ada");
        assertThat(users()).extracting(IndexReply.User::account).containsExactly("ada", "");
        assertThat(all.ask(ben, BEN.signUp(key(2), PASSWORD))).isEqualTo(Ack.DONE);
        assertThat(users()).extracting(IndexReply.User::account).containsExactly("ada", "ben");
        all.ask(ben, new LogOut());
        assertThat(users()).extracting(IndexReply.User::account).containsExactly("ada", "");
    }

    private List<AdminReply.Peer> peers(int limit) {
        List<AdminReply.Peer> found = new ArrayList<>();
        long cursor = 0;
        do {
            AdminReply.Peers page = (AdminReply.Peers) all.ask(ada, new ListPeers(cursor, limit));
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
            found.addAll(page.entries());
            cursor = page.cursor();
        } while (cursor != 0);
        return found;
    }

    @Test
    void peersWithoutAccountAreListedAndBannedByWhatTheListSays() {
        VersionRecord record = first(OWNER, "lab/a", content(1));
        Session owner = all.index.join(Fixtures.key(OWNER), "192.0.2.9", "");
        all.ask(owner, new Register(false, content(1), record.name(), record));
        AdminReply.Peer here = new AdminReply.Peer(key(2).id(), true, false, 0, "192.0.2.2", "ada");
        AdminReply.Peer owning = new AdminReply.Peer(Fixtures.key(OWNER).id(), true, false, 1, "192.0.2.9", "");
        for (int limit : new int[] {1, 2, 1_000}) {
            assertThat(peers(limit)).containsExactlyInAnyOrder(here, owning);
        }
        all.refused(ErrorCode.FORBIDDEN, ben, new ListPeers(0, 10));
        all.index.service.end(owner);
        AdminReply.Peer away = new AdminReply.Peer(owning.peer(), false, false, 1, "", "");
        assertThat(peers(1)).containsExactly(here, away);
        all.ask(ada, new Ban(new Target.OfFingerprint(Fingerprint.of(away.peer())), ""));
        assertThat(peers(10)).contains(new AdminReply.Peer(owning.peer(), false, true, 1, "", ""));
        // Who has an account is in the list of accounts.
        all.ask(ben, BEN.signUp(key(2), PASSWORD));
        assertThat(peers(10)).extracting(AdminReply.Peer::peer).containsExactly(away.peer());
    }

    @Test
    void whatIsLeftOfAnAccountThatWasRemovedIsListedWithThePeers() {
        all.ask(ben, BEN.signUp(key(2), PASSWORD));
        PeerKey his = BEN.key().key();
        VersionRecord record = Fixtures.record(BEN.key().privateKey(), his, "ben/a", 1, content(1), Hash.ZERO);
        all.ask(ben, new Register(false, content(1), record.name(), record));
        assertThat(peers(10)).extracting(AdminReply.Peer::peer).doesNotContain(his.id());
        all.ask(ada, new RemoveAccount("ben"));
        assertThat(peers(10)).contains(new AdminReply.Peer(his.id(), false, false, 1, "", ""));
    }

    @Test
    void manySessionsAreLookedThroughInPages() {
        for (int i = 0; i < 300; i++) {
            all.index.join(1_000 + i, "127.0.0.1");
        }
        for (int limit : new int[] {7, 100, 1_000}) {
            assertThat(peers(limit))
                    .extracting(AdminReply.Peer::peer)
                    .hasSize(301)
                    .doesNotHaveDuplicates();
        }
    }
}
