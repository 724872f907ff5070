package dev.shoal.index;

/**
 * What an index can be told to do differently. Immutable.
 *
 * @param leaseMillis how long a peer is believed without being heard; it speaks every third of it
 * @param udpPort where datagrams are taken, as the welcome tells it
 * @param program name and version, as the welcome tells it
 * @param sessions most sessions; each costs about a kilobyte
 * @param sessionsPerKey most sessions of one key: one for each running process
 * @param sessionsPerAddress most sessions of one address (a /64 of IPv6), loopback excepted
 * @param requests how many requests may be made
 * @param restatesPerSecond how many peers register anew in a second after a restart; one with many contents counts more
 * @param directory how large the directory may grow
 * @param names how many names a key and an address may have
 * @param accounts how many accounts there may be
 */
public record IndexSettings(
        int leaseMillis,
        int udpPort,
        String program,
        int sessions,
        int sessionsPerKey,
        int sessionsPerAddress,
        RequestLimits requests,
        int restatesPerSecond,
        DirectoryLimits directory,
        NameLimits names,
        AccountLimits accounts) {

    /** A peer says something every third of it: a minute and a half bears two lost heartbeats. */
    public static final int USUAL_LEASE_MILLIS = 90_000;

    /**
     * 2 000 restatements a second bring 100 000 peers back within a lease.
     */
    public static final IndexSettings DEFAULT = new IndexSettings(
            USUAL_LEASE_MILLIS,
            7800,
            "shoal",
            300_000,
            64,
            5_000,
            RequestLimits.DEFAULT,
            2_000,
            DirectoryLimits.DEFAULT,
            NameLimits.DEFAULT,
            AccountLimits.DEFAULT);

    /** The same with another UDP port. */
    public IndexSettings withUdpPort(int port) {
        return new IndexSettings(
                leaseMillis,
                port,
                program,
                sessions,
                sessionsPerKey,
                sessionsPerAddress,
                requests,
                restatesPerSecond,
                directory,
                names,
                accounts);
    }

    /** The same with another lease. */
    public IndexSettings withLeaseMillis(int millis) {
        return new IndexSettings(
                millis,
                udpPort,
                program,
                sessions,
                sessionsPerKey,
                sessionsPerAddress,
                requests,
                restatesPerSecond,
                directory,
                names,
                accounts);
    }

    /** The same with other limits of requests. */
    public IndexSettings withRequests(RequestLimits limits) {
        return new IndexSettings(
                leaseMillis,
                udpPort,
                program,
                sessions,
                sessionsPerKey,
                sessionsPerAddress,
                limits,
                restatesPerSecond,
                directory,
                names,
                accounts);
    }

    /** Checks that the numbers mean something. */
    public IndexSettings {
        if (leaseMillis < 1_000 || sessions < 1 || restatesPerSecond < 1) {
            throw new IllegalArgumentException("lease, sessions and rates are at least one (second)");
        }
    }
}
