package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.hash;
import static dev.shoal.index.Fixtures.record;
import static dev.shoal.index.TestAccount.INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Transfer;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is given away belongs to who accepted it, for good, and everybody can see that its owner gave it. */
class TransfersTest {

    private static final KeyPair OWNER = Fixtures.keyPair();
    private static final TestAccount ADA = TestAccount.of("ada");
    private static final TestAccount BEN = TestAccount.of("ben");
    private static final Name GENOME = new Name("lab/genome.fa");
    private static final Ack GIVEN = new Ack(Outcome.DONE, 0);
    private static final Ack DONE = new Ack(Outcome.DONE, 1);
    private static final NameLimits LIMITS = new NameLimits(4, 2, 10_000, 1_000, 5, 90);

    private static final Origin FROM = new Origin(address("192.0.2.1"), NOW_MILLIS);

    @TempDir
    private Path folder;

    private SqliteNames names;
    private Transfers transfers;

    @BeforeEach
    void open() {
        names = SqliteNames.open(folder, LIMITS);
        transfers = new Transfers(INDEX, names);
        SqliteAccounts accounts = SqliteAccounts.beside(names, AccountLimits.DEFAULT);
        make(accounts, ADA, 1);
        make(accounts, BEN, 2);
    }

    private static void make(SqliteAccounts accounts, TestAccount account, long peer) {
        get(accounts.make(
                account.fresh(peer),
                new Accounts.Device(Fixtures.key(peer).id(), "", NOW_MILLIS),
                address("192.0.2.1")));
    }

    @AfterEach
    void close() {
        names.close();
    }

    private static PeerKey key(KeyPair pair) {
        return Fixtures.key(pair);
    }

    private static PeerKey key(TestAccount account) {
        return account.key().key();
    }

    private static Asker owner() {
        return Asker.of(key(OWNER));
    }

    private static Asker member(TestAccount account) {
        return new Asker(Fixtures.key(9), new Asker.Member(account.user(), key(account)), false);
    }

    private Pdu register(Asker asker, VersionRecord record) {
        return get(names.register(
                new Names.Registration(record.name(), record.content(), record, asker, address("192.0.2.1")),
                NOW_MILLIS));
    }

    private CompletableFuture<Pdu> give(Transfer transfer, Asker asker) {
        return transfers.give(transfer, () -> asker, FROM);
    }

    private CompletableFuture<Pdu> accept(String subject, PeerKey account) {
        return transfers.accept(subject, handle -> Optional.of(account), FROM);
    }

    private static Transfer toAda(String subject, int number) {
        return Transfer.sign(INDEX, subject, number, 5, key(OWNER), key(ADA), OWNER.getPrivate());
    }

    private static Transfer fromAda(String subject, int number, PeerKey to) {
        return Transfer.sign(INDEX, subject, number, 6, key(ADA), to, ADA.key().privateKey());
    }

    private static VersionRecord byAda(String name, int number, Hash previous) {
        return record(ADA.key().privateKey(), key(ADA), name, number, content(number), previous);
    }

    private Names.Inspected inspect(Name name) {
        return get(names.inspect(name, 0)).orElseThrow();
    }

    private static void assertCode(ErrorCode code, Pdu answer) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void aNameThatWasAcceptedBelongsToTheOther() {
        VersionRecord one = first(OWNER, GENOME.text(), content(1));
        register(owner(), one);
        register(owner(), first(OWNER, "lab/other", content(2)));
        Transfer transfer = toAda(GENOME.text(), 1);
        assertThat(get(give(transfer, owner()))).isEqualTo(GIVEN);
        // Until it is accepted nothing has changed, for either.
        VersionRecord two = byAda(GENOME.text(), 2, one.hash());
        assertCode(ErrorCode.NAME_TAKEN, register(member(ADA), two));
        assertThat(inspect(GENOME).ownership()).isNull();
        assertThat(get(accept(GENOME.text(), key(ADA)))).isEqualTo(DONE);
        for (int opened = 0; opened < 2; opened++) {
            Ownership ownership = Objects.requireNonNull(inspect(GENOME).ownership());
            assertThat(ownership.isAuthentic(INDEX, GENOME)).isTrue();
            assertThat(ownership.owners()).containsExactly(key(OWNER), key(ADA));
            close();
            open();
        }
        assertThat(inspect(new Name("lab/other")).ownership()).isNull();
        assertCode(ErrorCode.NAME_TAKEN, register(owner(), record(OWNER, GENOME.text(), 2, content(3), one.hash())));
        assertThat(register(member(ADA), two)).isEqualTo(new Ack(Outcome.VERSION_MADE, 2));
        assertThat(get(names.remove(GENOME, owner())).orElseThrow().removed()).isFalse();
        assertThat(get(names.remove(GENOME, member(ADA))).orElseThrow().removed())
                .isTrue();
        // The component is the first owner's still, and what is made anew was never given away.
        assertThat(register(owner(), one)).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        assertThat(inspect(GENOME).ownership()).isNull();
        assertThat(get(give(transfer, owner()))).isEqualTo(GIVEN);
    }

    @Test
    void aFirstComponentGoesWithItsNames() {
        VersionRecord one = first(OWNER, GENOME.text(), content(1));
        register(owner(), one);
        register(owner(), first(OWNER, "lab/kept", content(2)));
        register(owner(), first(OWNER, "labs/other", content(3)));
        get(give(Transfer.sign(INDEX, "lab/kept", 1, 5, key(OWNER), key(BEN), OWNER.getPrivate()), owner()));
        assertThat(get(accept("lab/kept", key(BEN)))).isEqualTo(DONE);
        get(give(toAda("lab", 1), owner()));
        assertThat(get(accept("lab", key(ADA)))).isEqualTo(DONE);
        assertThat(register(member(ADA), byAda(GENOME.text(), 2, one.hash())))
                .isEqualTo(new Ack(Outcome.VERSION_MADE, 2));
        assertThat(register(member(ADA), byAda("lab/new", 1, Hash.ZERO))).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        assertCode(ErrorCode.NAME_OWNED, register(owner(), first(OWNER, "lab/more", content(9))));
        for (String name : new String[] {GENOME.text(), "lab/new"}) {
            Ownership ownership = Objects.requireNonNull(inspect(new Name(name)).ownership());
            assertThat(ownership.isAuthentic(INDEX, new Name(name))).isTrue();
            assertThat(ownership.leads(key(OWNER).id().fingerprint(), key(ADA))).isTrue();
        }
        // What was given away by itself before stays where it is.
        Ownership kept = Objects.requireNonNull(inspect(new Name("lab/kept")).ownership());
        assertThat(kept.isAuthentic(INDEX, new Name("lab/kept"))).isTrue();
        assertThat(kept.owners()).containsExactly(key(OWNER), key(BEN));
        assertThat(inspect(new Name("labs/other")).ownership()).isNull();
        // And what is given away by itself after has both in its chain.
        get(give(fromAda("lab/new", 1, key(BEN)), member(ADA)));
        get(accept("lab/new", key(BEN)));
        Ownership both = Objects.requireNonNull(inspect(new Name("lab/new")).ownership());
        assertThat(both.isAuthentic(INDEX, new Name("lab/new"))).isTrue();
        assertThat(both.owners()).containsExactly(key(OWNER), key(ADA), key(BEN));
    }

    @Test
    void whoIsBothNeedNotAccept() {
        VersionRecord one = first(OWNER, GENOME.text(), content(1));
        register(owner(), one);
        Asker both = new Asker(key(OWNER), new Asker.Member("ada", key(ADA)), true);
        VersionRecord two = byAda(GENOME.text(), 2, one.hash());
        assertCode(ErrorCode.NAME_TAKEN, register(both, two));
        Transfer transfer = toAda("lab", 1);
        assertThat(get(give(transfer, both))).isEqualTo(DONE);
        assertThat(get(give(transfer, both))).isEqualTo(DONE);
        assertThat(register(both, two)).isEqualTo(new Ack(Outcome.VERSION_MADE, 2));
    }

    @Test
    void onlyTheOwnerGivesAndOnlyWhoIsNamedTakes() {
        register(owner(), first(OWNER, GENOME.text(), content(1)));
        Transfer good = toAda("lab", 1);
        assertCode(ErrorCode.FORBIDDEN, get(give(good, member(BEN))));
        Transfer stolen =
                Transfer.sign(INDEX, "lab", 1, 5, key(BEN), key(ADA), BEN.key().privateKey());
        assertCode(ErrorCode.FORBIDDEN, get(give(stolen, member(BEN))));
        Transfer forged = new Transfer("lab", 1, 5, key(OWNER), key(BEN), good.signature());
        assertCode(ErrorCode.BAD_RECORD, get(give(forged, owner())));
        Transfer elsewhere = Transfer.sign(new PeerId(hash(5)), "lab", 1, 5, key(OWNER), key(ADA), OWNER.getPrivate());
        assertCode(ErrorCode.BAD_RECORD, get(give(elsewhere, owner())));
        assertCode(ErrorCode.FORBIDDEN, get(give(toAda("lib", 1), owner())));
        assertCode(ErrorCode.FORBIDDEN, get(give(toAda("lab/none", 1), owner())));
        Transfer toNobody = Transfer.sign(INDEX, "lab", 1, 5, key(OWNER), Fixtures.key(77), OWNER.getPrivate());
        assertCode(ErrorCode.NOT_FOUND, get(give(toNobody, owner())));
        assertCode(ErrorCode.STALE_VERSION, get(give(toAda("lab", 2), owner())));
        assertThat(get(give(good, owner()))).isEqualTo(GIVEN);
        assertCode(ErrorCode.NOT_FOUND, get(accept("lab", key(BEN))));
        assertCode(ErrorCode.NOT_FOUND, get(accept("lab/genome.fa", key(ADA))));
        assertThat(get(accept("lab", key(ADA)))).isEqualTo(DONE);
        assertThat(get(accept("lab", key(ADA)))).isEqualTo(DONE);
        // The same statement again takes nothing back from who gave it on.
        assertThat(get(give(fromAda("lab", 2, key(OWNER)), member(ADA))))
                .satisfies(answer -> assertCode(ErrorCode.NOT_FOUND, answer));
        get(give(fromAda("lab", 2, key(BEN)), member(ADA)));
        get(accept("lab", key(BEN)));
        assertCode(ErrorCode.FORBIDDEN, get(give(good, owner())));
        assertCode(ErrorCode.NOT_FOUND, get(accept("lab", key(ADA))));
    }

    @Test
    void whatWaitsCanBeTakenBackOrGivenToAnother() {
        register(owner(), first(OWNER, GENOME.text(), content(1)));
        get(give(toAda("lab", 1), owner()));
        Transfer back = Transfer.sign(INDEX, "lab", 1, 5, key(OWNER), key(OWNER), OWNER.getPrivate());
        assertThat(get(give(back, owner()))).isEqualTo(GIVEN);
        assertCode(ErrorCode.NOT_FOUND, get(accept("lab", key(ADA))));
        get(give(toAda("lab", 1), owner()));
        get(give(Transfer.sign(INDEX, "lab", 1, 5, key(OWNER), key(BEN), OWNER.getPrivate()), owner()));
        assertCode(ErrorCode.NOT_FOUND, get(accept("lab", key(ADA))));
        assertThat(get(accept("lab", key(BEN)))).isEqualTo(DONE);
    }

    @Test
    void anAccountTakesNoMoreThanItMayHave() {
        for (int i = 0; i < 4; i++) {
            register(owner(), first(OWNER, "lab/" + i, content(i)));
        }
        register(member(ADA), byAda("ada/own", 1, Hash.ZERO));
        get(give(toAda("lab", 1), owner()));
        assertCode(ErrorCode.LIMIT, get(accept("lab", key(ADA))));
        get(names.remove(new Name("lab/0"), owner()));
        assertThat(get(accept("lab", key(ADA)))).isEqualTo(DONE);
        // What was given away is not counted any more.
        assertThat(register(owner(), first(OWNER, "a/0", content(1)))).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        assertThat(register(owner(), first(OWNER, "b/0", content(1)))).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        assertCode(ErrorCode.LIMIT, register(owner(), first(OWNER, "c/0", content(1))));
        get(give(toAda("a", 1), owner()));
        assertCode(ErrorCode.LIMIT, get(accept("a", key(ADA))));
    }

    @Test
    void aNameGoesFromHandToHandOnlySoOften() {
        register(owner(), first(OWNER, GENOME.text(), content(1)));
        Asker both = new Asker(key(OWNER), new Asker.Member("ada", key(ADA)), false);
        assertThat(get(give(toAda(GENOME.text(), 1), both))).isEqualTo(DONE);
        for (int number = 2; number <= Transfer.MAX_NUMBER; number++) {
            TestAccount from = number % 2 == 0 ? ADA : BEN;
            TestAccount to = number % 2 == 0 ? BEN : ADA;
            Transfer next = Transfer.sign(
                    INDEX,
                    GENOME.text(),
                    number,
                    7,
                    key(from),
                    key(to),
                    from.key().privateKey());
            get(give(next, member(from)));
            assertThat(get(accept(GENOME.text(), key(to)))).isEqualTo(DONE);
        }
        assertThat(Objects.requireNonNull(inspect(GENOME).ownership()).isAuthentic(INDEX, GENOME))
                .isTrue();
        Transfer last = Transfer.sign(
                INDEX,
                GENOME.text(),
                Transfer.MAX_NUMBER + 1,
                7,
                key(BEN),
                key(ADA),
                BEN.key().privateKey());
        assertCode(ErrorCode.LIMIT, get(give(last, member(BEN))));
    }

    @Test
    void aComponentThatIsFreeAgainIsNobodys() {
        register(owner(), first(OWNER, GENOME.text(), content(1)));
        get(give(toAda("lab", 1), owner()));
        get(accept("lab", key(ADA)));
        get(names.remove(GENOME, member(ADA)));
        get(names.expire(NOW_MILLIS + 200 * Fixtures.DAY_MILLIS, any -> false));
        assertThat(register(owner(), first(OWNER, "1ab/a", content(2)))).isEqualTo(new Ack(Outcome.NAME_MADE, 1));
        assertThat(inspect(new Name("1ab/a")).ownership()).isNull();
        assertCode(ErrorCode.NAME_OWNED, register(member(ADA), byAda("lab/again", 1, Hash.ZERO)));
    }
}
