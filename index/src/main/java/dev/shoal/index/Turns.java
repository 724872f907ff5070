package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Has work done one after the other, in the order in which it came; only so much waits. Whoever waits for a turn
 * already gets no second one, but what comes of the first: it begins later than either was asked for. Thread-safe.
 *
 * @param <K> whose turn it is
 * @param <T> what comes of it
 */
final class Turns<K, T> {

    /** Some seconds of work that is worth to wait in a row. */
    static final int MAX_WAITING = 200;

    private CompletableFuture<?> last = CompletableFuture.completedFuture(true);

    /** Turns that have not begun. */
    private final Map<K, CompletableFuture<T>> waiting = new HashMap<>();

    /** Has work begun when what came before has ended, well or not; or joins a turn of the same that has not begun. */
    synchronized CompletableFuture<T> next(K whose, Supplier<CompletableFuture<T>> work) {
        CompletableFuture<T> joined = waiting.get(whose);
        if (joined != null) {
            return joined;
        }
        if (waiting.size() >= MAX_WAITING) {
            return CompletableFuture.failedFuture(new IndexException(
                    ErrorCode.BUSY,
                    "More than " + MAX_WAITING + " long lists of private names wait to be read. Try again soon."));
        }
        CompletableFuture<T> mine = new CompletableFuture<>();
        waiting.put(whose, mine);
        last = last.handle((done, e) -> true)
                .thenCompose(turn -> begin(whose, work))
                .whenComplete((done, e) -> {
                    if (e == null) {
                        mine.complete(done);
                    } else {
                        mine.completeExceptionally(e);
                    }
                });
        return mine;
    }

    private CompletableFuture<T> begin(K whose, Supplier<CompletableFuture<T>> work) {
        synchronized (this) {
            waiting.remove(whose);
        }
        return work.get();
    }
}
