package dev.shoal.index;

/**
 * Remembers who was told the sources of what, so that asking again does not count as another download. A table of fixed
 * size in which a newer entry pushes an older one out: then one download counts twice, which fades. For one thread.
 */
final class HandOuts {

    /** 2 MiB; the answers of half a minute at four thousand a second. */
    private static final int SLOT_BITS = 17;

    private static final long REMEMBERED_NANOS = PeerLoads.HALF_LIFE_NANOS;

    private final long[] keys = new long[1 << SLOT_BITS];
    private final long[] nanos = new long[1 << SLOT_BITS];

    /** Whether this asker was not told of this content lately; it now was. */
    boolean isFirst(int asker, int content, long nowNanos) {
        long key = (content + 1L) << 32 | (asker & 0xffffffffL);
        int slot = (int) (Mixing.mix(key) >>> (64 - SLOT_BITS));
        boolean first = keys[slot] != key || nowNanos - nanos[slot] > REMEMBERED_NANOS;
        if (first) {
            keys[slot] = key;
            nanos[slot] = nowNanos;
        }
        return first;
    }
}
