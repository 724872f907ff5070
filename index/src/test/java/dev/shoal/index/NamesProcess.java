package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.wish;

import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.concurrent.Semaphore;

/**
 * A process that makes names in a loop until it is killed, and says so of each one after it was acknowledged.
 * Arguments: data folder, first component.
 */
final class NamesProcess {

    /** So many are on their way at once, so that they share commits. */
    private static final int TOGETHER = 32;

    private NamesProcess() {}

    public static void main(String[] arguments) {
        KeyPair owner = Fixtures.keyPair();
        Semaphore free = new Semaphore(TOGETHER);
        SqliteNames names = SqliteNames.open(Path.of(arguments[0]), NameLimits.DEFAULT);
        for (int i = 0; ; i++) {
            String name = arguments[1] + "/" + i;
            VersionRecord record = first(owner, name, content(i));
            free.acquireUninterruptibly();
            var told = names.register(wish(key(owner), name, content(i), record), NOW_MILLIS)
                    .thenAccept(answer -> {
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
}
