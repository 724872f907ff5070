package dev.shoal.index;

/**
 * How many requests an index answers, to whom. At once it answers twice as many as in a second. Immutable.
 *
 * @param perSession how many a session may make in a second, for long
 * @param perAddress how many all sessions that are seen at one address (a /64 of IPv6) may make together, loopback
 *     excepted
 * @param perAccount how many all sessions may make together that act for one account
 */
public record RequestLimits(int perSession, int perAddress, int perAccount) {

    /** Registers a share of 100 000 names in two minutes. */
    public static final int PER_SESSION = 1_000;

    /**
     * A laboratory of a hundred machines behind one address has 200 for each, all of them at it all the time, and an
     * index answers several times as many: those elsewhere stay answered.
     */
    public static final int PER_ADDRESS = 20_000;

    /** Five machines that register for all they are worth. */
    public static final int PER_ACCOUNT = 5_000;

    /** What an index does that is told nothing else. */
    public static final RequestLimits DEFAULT = new RequestLimits(PER_SESSION, PER_ADDRESS, PER_ACCOUNT);

    /** More than anybody asks. */
    public static final RequestLimits NONE = new RequestLimits(100_000_000, 100_000_000, 100_000_000);

    private static final int MAX = 100_000_000;

    /** Checks that the numbers mean something. */
    public RequestLimits {
        if (Math.min(Math.min(perSession, perAddress), perAccount) < 1
                || Math.max(Math.max(perSession, perAddress), perAccount) > MAX) {
            throw new IllegalArgumentException("limits of requests a second are 1 to " + MAX);
        }
    }

    /** How many may be made at once, where so many may be made in a second. */
    static int burst(int perSecond) {
        return 2 * perSecond;
    }
}
