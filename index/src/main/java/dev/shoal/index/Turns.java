package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Has work done one after the other, in the order in which it came; only so much waits. Thread-safe. */
final class Turns {

    /** Some seconds of work that is worth to wait in a row. */
    static final int MAX_WAITING = 200;

    private CompletableFuture<?> last = CompletableFuture.completedFuture(true);
    private int waiting;

    /** Has work begun when what came before has ended, well or not. */
    synchronized <T> CompletableFuture<T> next(Supplier<CompletableFuture<T>> work) {
        if (waiting >= MAX_WAITING) {
            return CompletableFuture.failedFuture(new IndexException(
                    ErrorCode.BUSY,
                    "More than " + MAX_WAITING + " long lists of private names wait to be read. Try again soon."));
        }
        waiting++;
        CompletableFuture<T> mine = last.handle((done, e) -> true).thenCompose(turn -> work.get());
        last = mine;
        return mine.whenComplete((done, e) -> ended());
    }

    private synchronized void ended() {
        waiting--;
    }
}
