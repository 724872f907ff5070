package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is answered when a request fails for a reason that nobody foresaw, and said in the log. Thread-safe. */
final class FailedRequests {

    /** A broken disk fails every request: its log does not need a line for each. */
    private static final long LOGGED_EVERY_NANOS = 60_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(FailedRequests.class);

    private final AtomicLong loggedNanos = new AtomicLong(Long.MIN_VALUE / 2);

    Failure answer(Throwable e, long nowNanos) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof IndexException known) {
            return known.toFailure();
        }
        long last = loggedNanos.get();
        if (nowNanos - last > LOGGED_EVERY_NANOS && loggedNanos.compareAndSet(last, nowNanos)) {
            LOG.error("A request failed; more of them in this minute are only counted", cause);
        }
        return Failure.of(ErrorCode.UNAVAILABLE, "The index failed at this request; its log says more.");
    }
}
