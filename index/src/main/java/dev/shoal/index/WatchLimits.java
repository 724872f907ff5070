package dev.shoal.index;

/**
 * How much may be watched. Immutable.
 *
 * @param perKey most names that one key watches
 * @param perAddress most watches made from one address (a /64 of IPv6) in a day
 * @param all most watches at the index; each takes some hundred bytes of its disk
 * @param unusedDays after how many days without a session the watches of a key are forgotten
 */
public record WatchLimits(int perKey, int perAddress, long all, int unusedDays) {

    /** What honest use does not reach and a flood does. */
    public static final WatchLimits DEFAULT = new WatchLimits(10_000, 200_000, 5_000_000, 90);
}
