package dev.shoal.peer;

import dev.shoal.swarm.DialOrder;
import dev.shoal.transport.TransportException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Dials one address after the other, the next one as soon as the one before fails or takes long, and takes the first
 * that answers as it should (after "Happy Eyeballs", RFC 8305). Any thread.
 *
 * @param <A> what an address is
 * @param <T> what dialling one gives
 */
final class Race<A, T> {

    private final Function<A, T> dial;
    private final Consumer<T> close;
    private final long limitMillis;

    /**
     * @param dial dials one address, or throws; on threads of this race
     * @param close what to do with what comes when another was quicker
     * @param limitMillis how long all of it may take
     */
    Race(Function<A, T> dial, Consumer<T> close, long limitMillis) {
        this.dial = dial;
        this.close = close;
        this.limitMillis = limitMillis;
    }

    /**
     * The first that answers.
     *
     * @param addresses at least one, in the order in which to dial them
     * @throws RuntimeException what dialling threw, when it failed everywhere: a {@link PeerException} of any attempt,
     *     since somebody answered who should not, else that of the last one
     */
    T run(List<A> addresses) {
        if (addresses.size() == 1) {
            return dial.apply(addresses.getFirst());
        }
        Attempt attempt = new Attempt(addresses.size());
        for (A address : addresses) {
            if (attempt.start(address)) {
                break;
            }
        }
        return attempt.result();
    }

    /** One run. */
    private final class Attempt {

        private final CompletableFuture<T> winner = new CompletableFuture<>();
        private final AtomicInteger left;
        private volatile @Nullable PeerException refusal;

        Attempt(int addresses) {
            left = new AtomicInteger(addresses);
        }

        /** Dials one address, and waits until the next one's turn has come. Returns whether there is a result. */
        boolean start(A address) {
            CompletableFuture<Boolean> ended = new CompletableFuture<>();
            Thread.ofPlatform().daemon().name("dial " + address).start(() -> {
                try {
                    T found = dial.apply(address);
                    if (!winner.complete(found)) {
                        close.accept(found);
                    }
                } catch (RuntimeException e) {
                    failed(e);
                } finally {
                    ended.complete(true);
                }
            });
            CompletableFuture.anyOf(winner, ended)
                    .completeOnTimeout(true, DialOrder.STAGGER_NANOS, TimeUnit.NANOSECONDS)
                    .exceptionally(failure -> true)
                    .join();
            return winner.isDone();
        }

        private void failed(RuntimeException failure) {
            if (failure instanceof PeerException other) {
                refusal = other;
            }
            if (left.decrementAndGet() == 0) {
                PeerException first = refusal;
                winner.completeExceptionally(first == null ? failure : first);
            }
        }

        T result() {
            try {
                return winner.orTimeout(limitMillis, TimeUnit.MILLISECONDS).join();
            } catch (CompletionException e) {
                PeerException first = refusal;
                if (first != null) {
                    throw first;
                }
                throw e.getCause() instanceof RuntimeException cause
                        ? cause
                        : new TransportException("no answer within " + limitMillis + " ms", e);
            }
        }
    }
}
