package dev.shoal.index;

import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.Cryptography;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * An index on which many accounts change everything that lasts, until it is killed. Each asks for its next change when
 * the one before was acknowledged, and for nothing else waits: there are always as many changes under way as there are
 * accounts. It says so of each one that was acknowledged. Argument: data folder.
 */
final class AccountsProcess {

    /** How many accounts there are at a time, and so how many changes are under way at once. */
    static final int LIVES = 1_200;

    /** How many of them begin first, and after how many changes the others do. */
    private static final int EARLY = 100;

    private static final int CHANGES_OF_EARLY = 1_200;

    private static final AtomicInteger told = new AtomicInteger();
    private static final CompletableFuture<Boolean> early = new CompletableFuture<>();

    /** How each line ends. */
    static final String END = ".";

    private AccountsProcess() {}

    public static void main(String[] arguments) {
        // Thousands of keys and signatures would else take most of the time.
        Cryptography.preferNative();
        AccountIndex all = open(Path.of(arguments[0]));
        Session root = signUpRoot(all);
        PeerKey rootKey = all.accounts.actingFor(root.peer()).orElseThrow().key();
        AtomicInteger numbers = new AtomicInteger();
        Supplier<DurableLife> lives = () -> {
            synchronized (all) {
                return new DurableLife(all.index, root, rootKey, numbers.getAndIncrement());
            }
        };
        List<DurableLife> first = Stream.generate(lives).limit(LIVES).toList();
        ExecutorService askers = Executors.newFixedThreadPool(2);
        Consumer<DurableLife> begin = life -> askers.execute(() -> live(life, lives, askers));
        first.subList(0, EARLY).forEach(begin);
        // These are some changes ahead when the others begin, so that there are all kinds at the same time.
        early.thenRun(() -> first.subList(EARLY, LIVES).forEach(begin));
        askers.execute(() -> changePolicy(all, root, 1, askers));
    }

    /** Which has room for all of them, and checks passwords as quickly as can be. */
    static AccountIndex open(Path folder) {
        AccountLimits usual = AccountLimits.DEFAULT;
        AccountLimits limits = new AccountLimits(
                usual.accounts(),
                usual.accountsPerAddress(),
                usual.devices(),
                usual.devicesPerAccount(),
                usual.invites(),
                usual.groupsPerAccount(),
                usual.membersPerGroup(),
                usual.groupMembersPerAccount(),
                usual.audiencesPerAccount(),
                usual.readersPerAccount(),
                10 * LIVES);
        IndexSettings tests = IndexUnderTest.SETTINGS;
        return AccountIndex.open(
                folder,
                new IndexSettings(
                        tests.leaseMillis(),
                        tests.udpPort(),
                        tests.program(),
                        10 * LIVES,
                        tests.sessionsPerKey(),
                        tests.sessionsPerAddress(),
                        tests.requests(),
                        tests.restatesPerSecond(),
                        tests.directory(),
                        tests.names(),
                        limits));
    }

    /** The first account, on an index by invitation. */
    static Session signUpRoot(AccountIndex all) {
        PeerKey peer = Fixtures.key(DurableLife.ROOT_PEER);
        Session root = all.index.join(peer, "127.0.0.1", "");
        all.ask(root, TestAccount.of(DurableLife.ROOT).signUp(peer, 1, 2));
        all.ask(root, new AdminRequest.Policy(true, true, true, false));
        return root;
    }

    /** Where one is over, the next one begins. */
    private static void live(DurableLife life, Supplier<DurableLife> lives, ExecutorService askers) {
        life.next()
                .whenCompleteAsync(
                        (done, e) -> {
                            tell(e, "life " + life.number());
                            live(life.isOver() ? lives.get() : life, lives, askers);
                        },
                        askers);
    }

    /** Now for members only, now not: which the others do not notice. */
    private static void changePolicy(AccountIndex all, Session root, int times, ExecutorService askers) {
        all.index
                .send(root, times, new AdminRequest.Policy(true, true, true, times % 2 == 1), true)
                .whenCompleteAsync(
                        (done, e) -> {
                            tell(e, "policy");
                            changePolicy(all, root, times + 1, askers);
                        },
                        askers);
    }

    private static void tell(Throwable e, String done) {
        synchronized (System.out) {
            if (e != null) {
                System.err.println(e);
                System.exit(1);
            }
            // What was cut by the kill does not end so.
            System.out.println(done + END);
            System.out.flush();
            if (told.incrementAndGet() == CHANGES_OF_EARLY) {
                early.complete(true);
            }
        }
    }
}
