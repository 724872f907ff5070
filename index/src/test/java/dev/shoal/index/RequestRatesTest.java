package dev.shoal.index;

import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.TestAccount.proof;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest.LogIn;
import dev.shoal.protocol.AccountRequest.LogOut;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.HeartbeatReply;
import dev.shoal.protocol.IndexRequest.Heartbeat;
import dev.shoal.protocol.Pdu;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many requests those are answered together who share an address or an account. */
class RequestRatesTest {

    private static final Heartbeat NOTHING = new Heartbeat(0, 0, 0, 0);
    private static final TestAccount ADA = TestAccount.of("ada");
    private static final long PASSWORD = 10;

    @TempDir
    private Path folder;

    private AccountIndex all;
    private IndexUnderTest index;

    @BeforeEach
    void open() {
        open(RequestLimits.DEFAULT);
    }

    private void limit(RequestLimits limits) {
        close();
        open(limits);
    }

    private void open(RequestLimits limits) {
        all = AccountIndex.open(folder, IndexUnderTest.SETTINGS.withRequests(limits));
        index = all.index;
    }

    @AfterEach
    void close() {
        all.close();
    }

    /** Asks until it is too much. Returns how often it was answered. */
    private int answered(Session session) {
        for (int count = 0; count < 1_000; count++) {
            if (!(index.ask(session, NOTHING) instanceof HeartbeatReply)) {
                return count;
            }
        }
        return 1_000;
    }

    private Failure tooMuch(Session session) {
        Pdu answer = index.ask(session, NOTHING);
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(ErrorCode.BUSY));
        return (Failure) answer;
    }

    @Test
    void allSessionsOfAnAddressHaveSoManyTogether() {
        limit(new RequestLimits(60, 50, 1_000));
        Session one = index.join(1, "203.0.113.1");
        Session two = index.join(2, "203.0.113.1");
        Session elsewhere = index.join(3, "203.0.113.2");
        assertThat(answered(one)).isEqualTo(100);
        assertThat(tooMuch(two).sentence()).isEqualTo("More than 50 requests a second from one address.");
        assertThat(answered(elsewhere)).isEqualTo(100);
        index.pass(tooMuch(two).retryAfterMillis());
        assertThat(index.ask(two, NOTHING)).isInstanceOf(HeartbeatReply.class);
        // Who goes and comes again finds it as it was.
        index.service.end(one);
        index.service.end(two);
        tooMuch(index.join(4, "203.0.113.1"));
    }

    @Test
    void whatAnAccountHasTooMuchIsNotTakenFromItsNeighbours() {
        limit(new RequestLimits(1_000, 100, 50));
        Session ofAccount = index.join(1, "203.0.113.1");
        assertThat(all.ask(ofAccount, ADA.signUp(key(1), PASSWORD))).isEqualTo(Ack.DONE);
        index.pass(10_000);
        assertThat(answered(ofAccount)).isEqualTo(100);
        for (int i = 0; i < 200; i++) {
            tooMuch(ofAccount);
        }
        assertThat(answered(index.join(2, "203.0.113.1"))).isEqualTo(100);
    }

    @Test
    void oneKeyLeavesItsAddressThreeQuarters() {
        limit(new RequestLimits(40, 200, 1_000));
        int answered = 0;
        for (int i = 0; i < 5; i++) {
            answered += answered(index.join(1, "203.0.113.1"));
        }
        // The burst of its first session, and that of a quarter of the address.
        assertThat(answered).isEqualTo(80 + 100);
        assertThat(answered(index.join(2, "203.0.113.1"))).isEqualTo(80);
    }

    @Test
    void whoIsHeardStaysThoughOthersOfTheAddressLeaveItNothing() {
        limit(new RequestLimits(1_000, 50, 1_000));
        Session quiet = index.join(1, "203.0.113.1");
        Session loud = index.join(2, "203.0.113.1");
        for (int i = 0; i < 5; i++) {
            index.pass(IndexUnderTest.SETTINGS.leaseMillis() / 2);
            answered(loud);
            tooMuch(quiet);
            assertThat(index.service.expire(index.now)).isZero();
        }
    }

    @Test
    void theMachineOfTheIndexItselfIsNotCounted() {
        limit(new RequestLimits(500, 1, 1_000));
        assertThat(answered(index.join(1, "127.0.0.1"))).isEqualTo(1_000);
    }

    @Test
    void aLaboratoryBehindOneAddressIsNotHeldUp() {
        List<Session> machines = new ArrayList<>();
        for (int i = 0; i < IndexUnderTest.SETTINGS.sessionsPerAddress(); i++) {
            machines.add(index.join(i, "203.0.113.1"));
        }
        // As busy as a hundred machines that ask two hundred times a second each.
        int each = RequestLimits.PER_ADDRESS / machines.size() / 10;
        for (int tenth = 0; tenth < 20; tenth++) {
            index.pass(100);
            for (Session machine : machines) {
                for (int i = 0; i < each; i++) {
                    assertThat(index.ask(machine, NOTHING)).isInstanceOf(HeartbeatReply.class);
                }
            }
        }
    }

    @Test
    void allSessionsOfAnAccountHaveSoManyTogetherWhereverTheyAre() {
        limit(new RequestLimits(1_000, 1_000, 50));
        Session desk = index.join(1, "203.0.113.1");
        Session laptop = index.join(2, "203.0.113.2");
        Session stranger = index.join(3, "203.0.113.3");
        assertThat(all.ask(desk, ADA.signUp(key(1), PASSWORD))).isEqualTo(Ack.DONE);
        assertThat(all.ask(laptop, new LogIn("ada", proof(PASSWORD), ""))).isInstanceOf(AccountReply.LoggedIn.class);
        assertThat(answered(desk)).isEqualTo(100);
        assertThat(tooMuch(laptop).sentence()).isEqualTo("More than 50 requests a second of one account.");
        assertThat(answered(stranger)).isEqualTo(1_000);
        index.pass(100);
        assertThat(all.ask(laptop, new LogOut())).isEqualTo(new Ack(Ack.Outcome.DONE, 1));
        assertThat(answered(laptop)).isEqualTo(1_000);
        assertThat(answered(desk)).isEqualTo(4);
    }

    @Test
    void whatNobodySharesAnyMoreIsForgottenOnceNothingIsMissingInIt() {
        SharedRates<Integer> rates = new SharedRates<>(10);
        long second = 1_000_000_000L;
        for (int i = 0; i < 100; i++) {
            SharedRates.Share<Integer> share = rates.hold(i, 0);
            assertThat(share.take(0)).isZero();
            rates.release(share);
        }
        SharedRates.Share<Integer> again = rates.hold(7, second);
        assertThat(rates.count()).isEqualTo(100);
        assertThat(rates.holders(7)).isEqualTo(1);
        rates.hold(1_000, 3 * second);
        assertThat(rates.count()).isEqualTo(2);
        rates.release(again);
        rates.hold(1_000, 9 * second);
        assertThat(rates.count()).isEqualTo(1);
        assertThat(rates.holders(7)).isZero();
    }
}
