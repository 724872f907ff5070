package dev.shoal.testkit;

import dev.shoal.swarm.Download;
import dev.shoal.swarm.RequestBudget;
import java.util.Collection;

/**
 * How fast a simulated peer may fetch in one life of it: the real {@link RequestBudget}, granted to as the running peer
 * does, and a ledger of what came on request. For one thread.
 */
final class DownloadLimit {

    private final long bytesPerSecond;
    private final RequestBudget budget;
    private long arrivedBytes;

    /**
     * Nothing is granted yet.
     *
     * @param bytesPerSecond 0 for no limit
     * @param ignored whether the limit is forgotten: a planted mistake
     */
    DownloadLimit(long bytesPerSecond, boolean ignored) {
        this.bytesPerSecond = bytesPerSecond;
        this.budget = bytesPerSecond > 0 && !ignored ? RequestBudget.ofGrants() : RequestBudget.unlimited();
    }

    RequestBudget budget() {
        return budget;
    }

    /** Some time has passed. Not more than a second's worth waits, as in the running peer. */
    void tick() {
        if (budget.unusedBytes() < bytesPerSecond) {
            budget.grant(bytesPerSecond * Download.TICK_NANOS / 1_000_000_000L);
        }
    }

    /**
     * Data has come.
     *
     * @param requestedBytes how much of it was waited for
     */
    void arrived(int bytes, int requestedBytes) {
        budget.arrived(bytes);
        arrivedBytes += requestedBytes;
    }

    /** How much was requested in all and not given back: what came, and what is waited for. */
    long requestedBytes(Collection<SwarmConnection> connections) {
        long bytes = arrivedBytes;
        for (SwarmConnection connection : connections) {
            bytes += connection.requestedBytes();
        }
        return bytes;
    }
}
