package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.record;
import static dev.shoal.index.Fixtures.wish;

import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexRequest.Watch;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * A process that makes names in a loop until it is killed, watches each and makes a second version of it, of which it
 * tells nobody; it says so of each one after all of that was acknowledged. Arguments: data folder, first component.
 */
final class NamesProcess {

    /** Who watches. */
    static final PeerKey WATCHER = key(5);

    /** So many are on their way at once, so that they share commits. */
    private static final int TOGETHER = 32;

    private NamesProcess() {}

    public static void main(String[] arguments) {
        KeyPair owner = Fixtures.keyPair();
        Semaphore free = new Semaphore(TOGETHER);
        SqliteNames names = SqliteNames.open(Path.of(arguments[0]), NameLimits.DEFAULT);
        SqliteWatches watches = SqliteWatches.beside(names, WatchLimits.DEFAULT);
        for (int i = 0; ; i++) {
            String name = arguments[1] + "/" + i;
            VersionRecord record = first(owner, name, content(i));
            free.acquireUninterruptibly();
            var told = made(names, watches, owner, record).thenAccept(answer -> {
                if (answer instanceof Ack) {
                    synchronized (System.out) {
                        System.out.println("made " + name);
                        System.out.flush();
                    }
                }
                free.release();
            });
            if (told.isCompletedExceptionally()) {
                return;
            }
        }
    }

    private static CompletableFuture<Pdu> made(
            SqliteNames names, SqliteWatches watches, KeyPair owner, VersionRecord first) {
        String name = first.name().text();
        VersionRecord second = record(owner, name, 2, content(-first.content().hashCode()), first.hash());
        Asker watcher = Asker.of(WATCHER);
        return names.register(wish(key(owner), name, first.content(), first), NOW_MILLIS)
                .thenCompose(made -> watches.watch(
                        WATCHER.id(), new Watch(first.name(), 0), () -> watcher, address("192.0.2.2"), NOW_MILLIS))
                .thenCompose(watched -> names.register(wish(key(owner), name, second.content(), second), NOW_MILLIS));
    }
}
