package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.TestAccount.newPassword;
import static dev.shoal.index.TestAccount.proof;
import static dev.shoal.index.TestAccount.wrapped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.AccountSecrets;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lasts of accounts. */
class SqliteAccountsTest {

    private static final AccountLimits LIMITS = new AccountLimits(6, 4, 8, 3, 2, 2, 2, 3, 2, 3, 10);
    private static final InetAddress HOME = address("192.0.2.1");
    private static final Origin FROM = new Origin(HOME, NOW_MILLIS);
    private static final TestAccount ADA = TestAccount.of("ada");
    private static final TestAccount BEN = TestAccount.of("ben");

    @TempDir
    private Path folder;

    private SqliteNames names;
    private SqliteAccounts accounts;

    @BeforeEach
    void open() {
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
        accounts = SqliteAccounts.beside(names, LIMITS);
    }

    @AfterEach
    void close() {
        names.close();
    }

    private void reopen() {
        close();
        open();
    }

    private static PeerId peer(long seed) {
        return key(seed).id();
    }

    private static Accounts.Device device(long seed) {
        return new Accounts.Device(peer(seed), "device " + seed, NOW_MILLIS + seed);
    }

    private static Hash codeHash(long code) {
        return AccountSecrets.hashOf(proof(code));
    }

    private Pdu make(TestAccount account, long peer, long password, long... codes) {
        return get(accounts.make(account.fresh(password, codes), device(peer), HOME));
    }

    private Pdu logIn(TestAccount account, long peer) {
        return get(accounts.logIn(get(accounts.find(account.user())).orElseThrow(), device(peer), HOME));
    }

    private static void assertCode(Pdu answer, ErrorCode code) {
        assertThat(answer).isInstanceOf(Failure.class);
        assertThat(((Failure) answer).code()).isEqualTo(code);
    }

    @Test
    void everythingOfAnAccountIsThereAfterTheDatabaseIsOpenedAgain() {
        assertThat(make(ADA, 1, 10, 20, 21, 21)).isEqualTo(Ack.DONE);
        assertThat(logIn(ADA, 2)).isEqualTo(new AccountReply.LoggedIn(ADA.key().key(), wrapped(10)));
        reopen();
        assertThat(accounts.count()).isEqualTo(1);
        assertThat(accounts.deviceCount()).isEqualTo(2);
        Accounts.Found found = get(accounts.find("ada")).orElseThrow();
        assertThat(found.account())
                .isEqualTo(new Accounts.Account(1, "ada", ADA.key().key(), NOW_MILLIS + 1));
        assertThat(found.password().text()).isEqualTo(TestAccount.password(10).text());
        assertThat(found.wrapped()).isEqualTo(wrapped(10));
        assertThat(accounts.actingFor(peer(1))).contains(found.account());
        assertThat(accounts.actingFor(peer(2))).contains(found.account());
        assertThat(accounts.actingFor(peer(3))).isEmpty();
        assertThat(get(accounts.devices(found.account())))
                .containsExactly(
                        new AccountReply.Device(peer(1), "device 1", NOW_MILLIS + 1),
                        new AccountReply.Device(peer(2), "device 2", NOW_MILLIS + 2));
        assertThat(get(accounts.self(peer(2))))
                .contains(new AccountReply.Self("ada", ADA.key().key(), NOW_MILLIS + 1, NOW_MILLIS + 2, 2));
        assertThat(get(accounts.self(peer(3)))).isEmpty();
        assertThat(get(accounts.recovering("ada", codeHash(21))))
                .contains(new AccountReply.Recovering(ADA.key().key(), wrapped(21)));
        assertThat(get(accounts.find("adb"))).isEmpty();
    }

    @Test
    void oneNameIsTakenOnceHoweverManyWantItAtOnce() {
        List<CompletableFuture<Pdu>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(accounts.make(TestAccount.of("ada").fresh(i), device(i), address("192.0.2." + i)));
        }
        List<Pdu> all = answers.stream().map(Fixtures::get).toList();
        assertThat(all).filteredOn(Ack.class::isInstance).hasSize(1);
        assertThat(all)
                .filteredOn(Failure.class::isInstance)
                .allSatisfy(answer -> assertCode(answer, ErrorCode.NAME_TAKEN));
        assertThat(accounts.count()).isEqualTo(1);
        assertThat(accounts.deviceCount()).isEqualTo(1);
        assertThat(accounts.actingFor(peer(all.indexOf(Ack.DONE)))).isPresent();
    }

    @Test
    void aSignUpThatComesAgainIsAcknowledgedAndOneOfAnotherIsNot() {
        make(ADA, 1, 10);
        assertThat(make(ADA, 1, 10)).isEqualTo(Ack.DONE);
        assertCode(make(ADA, 2, 10), ErrorCode.NAME_TAKEN);
        assertCode(make(TestAccount.of("ada"), 1, 10), ErrorCode.NAME_TAKEN);
        assertCode(make(new TestAccount("other", ADA.key()), 1, 10), ErrorCode.NAME_TAKEN);
        assertThat(accounts.count()).isEqualTo(1);
    }

    @Test
    void aKeyActsForTheAccountThatItLoggedInToLast() {
        make(ADA, 1, 10);
        make(BEN, 2, 11);
        logIn(BEN, 1);
        assertThat(accounts.actingFor(peer(1))).map(Accounts.Account::name).contains("ben");
        Accounts.Account ada = get(accounts.find("ada")).orElseThrow().account();
        assertThat(get(accounts.devices(ada))).isEmpty();
        assertThat(get(accounts.logOut(peer(1), FROM))).isTrue();
        assertThat(get(accounts.logOut(peer(1), FROM))).isFalse();
        assertThat(accounts.actingFor(peer(1))).isEmpty();
        reopen();
        assertThat(accounts.actingFor(peer(1))).isEmpty();
        assertThat(accounts.actingFor(peer(2))).map(Accounts.Account::name).contains("ben");
    }

    @Test
    void aRevokedDeviceActsForNobodyAndRevokesNobody() {
        make(ADA, 1, 10);
        logIn(ADA, 2);
        make(BEN, 3, 11);
        assertCode(get(accounts.revoke(peer(3), peer(2), FROM)), ErrorCode.NOT_FOUND);
        assertCode(get(accounts.revoke(peer(4), peer(2), FROM)), ErrorCode.NOT_LOGGED_IN);
        assertThat(get(accounts.revoke(peer(1), peer(2), FROM))).isEqualTo(new Ack(Ack.Outcome.DONE, 1));
        assertThat(accounts.actingFor(peer(2))).isEmpty();
        assertCode(get(accounts.revoke(peer(1), peer(2), FROM)), ErrorCode.NOT_FOUND);
        assertCode(get(accounts.revoke(peer(2), peer(1), FROM)), ErrorCode.NOT_LOGGED_IN);
        Accounts.Found ada = get(accounts.find("ada")).orElseThrow();
        assertCode(get(accounts.changePassword(ada, peer(2), newPassword(12), FROM)), ErrorCode.NOT_LOGGED_IN);
        reopen();
        assertThat(accounts.actingFor(peer(2))).isEmpty();
        assertThat(accounts.actingFor(peer(1))).isPresent();
    }

    @Test
    void onePasswordChangeIsMadeOfTwoThatBeganWithTheSameOldOne() {
        make(ADA, 1, 10);
        Accounts.Found before = get(accounts.find("ada")).orElseThrow();
        CompletableFuture<Pdu> first = accounts.changePassword(before, peer(1), newPassword(11), FROM);
        CompletableFuture<Pdu> second = accounts.changePassword(before, peer(1), newPassword(12), FROM);
        assertThat(get(first)).isEqualTo(Ack.DONE);
        assertCode(get(second), ErrorCode.WRONG_PASSWORD);
        assertCode(get(accounts.logIn(before, device(2), HOME)), ErrorCode.WRONG_PASSWORD);
        assertThat(accounts.actingFor(peer(2))).isEmpty();
        reopen();
        Accounts.Found after = get(accounts.find("ada")).orElseThrow();
        assertThat(after.password().text()).isEqualTo(TestAccount.password(11).text());
        assertThat(after.wrapped()).isEqualTo(wrapped(11));
    }

    @Test
    void aRecoveryCodeIsUsedOnceHoweverManyUseItAtOnce() {
        make(ADA, 1, 10, 20, 21);
        List<CompletableFuture<Pdu>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(accounts.recover("ada", codeHash(20), newPassword(30 + i), device(2), HOME));
        }
        assertThat(get(answers.getFirst())).isEqualTo(Ack.DONE);
        answers.subList(1, 5).forEach(answer -> assertCode(get(answer), ErrorCode.WRONG_PASSWORD));
        reopen();
        assertThat(get(accounts.recovering("ada", codeHash(20)))).isEmpty();
        assertThat(get(accounts.recovering("ada", codeHash(21)))).isPresent();
        assertThat(get(accounts.find("ada")).orElseThrow().wrapped()).isEqualTo(wrapped(30));
        assertThat(accounts.actingFor(peer(2))).map(Accounts.Account::name).contains("ada");
        assertCode(
                get(accounts.recover("adb", codeHash(21), newPassword(40), device(3), HOME)), ErrorCode.WRONG_PASSWORD);
        make(BEN, 4, 11, 22);
        assertCode(
                get(accounts.recover("ben", codeHash(21), newPassword(40), device(3), HOME)), ErrorCode.WRONG_PASSWORD);
    }

    @Test
    void aRecoveryThatIsRefusedUsesNoCodeUp() {
        make(ADA, 1, 10, 20);
        logIn(ADA, 2);
        logIn(ADA, 3);
        assertCode(get(accounts.recover("ada", codeHash(20), newPassword(30), device(4), HOME)), ErrorCode.LIMIT);
        assertThat(get(accounts.recovering("ada", codeHash(20)))).isPresent();
        assertThat(get(accounts.find("ada")).orElseThrow().wrapped()).isEqualTo(wrapped(10));
        assertThat(get(accounts.recover("ada", codeHash(20), newPassword(30), device(3), HOME)))
                .isEqualTo(Ack.DONE);
    }

    @Test
    void accountsAndDevicesHaveTheirLimits() {
        make(ADA, 1, 10);
        logIn(ADA, 2);
        logIn(ADA, 3);
        assertCode(logIn(ADA, 4), ErrorCode.LIMIT);
        assertThat(logIn(ADA, 3)).isInstanceOf(AccountReply.LoggedIn.class);
        for (int i = 0; i < 3; i++) {
            assertThat(make(TestAccount.of("user" + i), 10 + i, 1)).isEqualTo(Ack.DONE);
        }
        assertCode(make(TestAccount.of("user3"), 13, 1), ErrorCode.LIMIT);
        for (int i = 3; i < 5; i++) {
            assertThat(get(accounts.make(TestAccount.of("user" + i).fresh(1), device(10 + i), address("192.0.2.2"))))
                    .isEqualTo(Ack.DONE);
        }
        Pdu full = get(accounts.make(TestAccount.of("user5").fresh(1), device(20), address("192.0.2.2")));
        assertCode(full, ErrorCode.LIMIT);
        assertThat(((Failure) full).sentence()).contains("6 accounts");
        assertThat(accounts.deviceCount()).isEqualTo(8);
        Pdu noRoom = get(accounts.logIn(get(accounts.find("user0")).orElseThrow(), device(21), HOME));
        assertThat(((Failure) noRoom).sentence()).contains("8 devices");
        get(accounts.logOut(peer(2), FROM));
        assertThat(logIn(ADA, 4)).isInstanceOf(AccountReply.LoggedIn.class);
    }
}
