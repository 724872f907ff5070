package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.TestAccount.INDEX;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.GroupRequest.Reader;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.Transfer;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * A process that makes accounts in a loop until it is killed, gives each a first component with a name, has each share
 * a name with the one before, and says so of each one after it was acknowledged. Argument: data folder.
 */
final class AccountsProcess {

    /** So many are on their way at once, so that they share commits. */
    private static final int TOGETHER = 32;

    private AccountsProcess() {}

    public static void main(String[] arguments) {
        Semaphore free = new Semaphore(TOGETHER);
        AccountLimits many = new AccountLimits(100_000, 100_000, 100_000, 2, 2, 2, 2, 4, 2, 3, 2);
        SqliteNames names = SqliteNames.open(Path.of(arguments[0]), NameLimits.DEFAULT);
        SqliteAccounts accounts = SqliteAccounts.beside(names, many);
        Transfers transfers = new Transfers(INDEX, names);
        for (int i = 1; ; i++) {
            int number = i;
            KeyPair owner = Fixtures.keyPair();
            TestAccount account = TestAccount.of("user" + i);
            Accounts.Device device = new Accounts.Device(key(i).id(), "", NOW_MILLIS);
            VersionRecord record = first(owner, "lab" + i + "/a", content(i));
            Asker asker = new Asker(
                    key(owner), new Asker.Member(account.user(), account.key().key()), false);
            Transfer transfer = Transfer.sign(
                    INDEX, "lab" + i, 1, 5, key(owner), account.key().key(), owner.getPrivate());
            free.acquireUninterruptibly();
            CompletableFuture<Pdu> given = accounts.make(account.fresh(1, 2, 3), device, address("192.0.2.1"))
                    .thenCompose(made -> {
                        told("account " + number, made);
                        return names.register(
                                new Names.Registration(
                                        record.name(), record.content(), record, asker, address("192.0.2.1")),
                                NOW_MILLIS);
                    })
                    .thenCompose(made -> transfers.give(
                            transfer, () -> asker, new Origin(address("192.0.2.1"), NOW_MILLIS)));
            CompletableFuture<Void> told = given.thenCompose(done -> {
                        told("given " + number, done);
                        return shared(names, accounts, account, number);
                    })
                    .thenAccept(done -> {
                        told("shared " + number, done);
                        free.release();
                    });
            if (told.isCompletedExceptionally()) {
                return;
            }
        }
    }

    /** What the account shares, by its number. */
    static AudienceId audience(long number) {
        return new AudienceId(number, number);
    }

    private static CompletableFuture<Pdu> shared(
            SqliteNames names, SqliteAccounts accounts, TestAccount account, int number) {
        long owner = accounts.actingFor(key(number).id()).orElseThrow().number();
        VersionRecord record = Fixtures.record(
                account.key().privateKey(),
                account.key().key(),
                account.user() + "/secret",
                1,
                content(number),
                Hash.ZERO);
        Asker asker = new Asker(
                key(number), new Asker.Member(account.user(), account.key().key()), true);
        return names.writer()
                .write(
                        handle -> {
                            AudienceTables tables = new AudienceTables(handle);
                            tables.make(audience(number), owner);
                            return tables.add(audience(number), owner, new Reader(false, "user" + (number - 1)));
                        },
                        done -> {})
                .thenCompose(done -> names.register(
                        new Names.Registration(
                                record.name(), record.content(), record, asker, address("192.0.2.1"), audience(number)),
                        NOW_MILLIS));
    }

    private static void told(String what, Pdu answer) {
        if (!(answer instanceof Ack)) {
            throw new AssertionError(answer);
        }
        synchronized (System.out) {
            System.out.println(what);
            System.out.flush();
        }
    }
}
