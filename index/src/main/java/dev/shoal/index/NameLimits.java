package dev.shoal.index;

/**
 * How much of the name space anybody may take. Immutable.
 *
 * @param namesPerKey most names of one key
 * @param ownersPerKey most first components that one key may own
 * @param recordBytesPerKey most bytes of version records of one key
 * @param namesPerAddress most names made from one address (a /64 of IPv6) in a day
 * @param versionsKept how many versions of a name are kept; older ones are forgotten
 * @param unusedDays after how many days without a source a name expires
 */
public record NameLimits(
        int namesPerKey,
        int ownersPerKey,
        long recordBytesPerKey,
        int namesPerAddress,
        int versionsKept,
        int unusedDays) {

    /** What honest use does not reach and a flood does. */
    public static final NameLimits DEFAULT = new NameLimits(100_000, 100, 256L * 1024 * 1024, 200_000, 100, 90);
}
