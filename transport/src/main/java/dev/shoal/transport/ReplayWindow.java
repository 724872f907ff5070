package dev.shoal.transport;

import java.util.Arrays;

/**
 * Which counters of a session's datagrams have come, as RFC 4303 (section 3.4.3) does it: a bitmap of the last
 * {@link #SIZE} counters. What is older, or came before, is refused. Mutable; for one thread at a time.
 */
public final class ReplayWindow {

    /** How far a datagram may fall behind the newest one: far more than a network reorders. */
    public static final int SIZE = 1_024;

    private static final int WORDS = SIZE / 64;

    private final long[] seen = new long[WORDS];
    private long highest;

    /** Whether a datagram with this counter may be opened; it is only remembered by {@link #accept}. */
    public boolean isFresh(long counter) {
        if (counter <= 0 || counter <= highest - SIZE) {
            return false;
        }
        return counter > highest || (seen[word(counter)] & bit(counter)) == 0;
    }

    /** Remembers a counter whose datagram was authentic. Returns false when it is not fresh. */
    public boolean accept(long counter) {
        if (!isFresh(counter)) {
            return false;
        }
        if (counter > highest) {
            if (counter - highest >= SIZE) {
                Arrays.fill(seen, 0);
            } else {
                for (long next = highest + 1; next < counter; next++) {
                    seen[word(next)] &= ~bit(next);
                }
            }
            highest = counter;
        }
        seen[word(counter)] |= bit(counter);
        return true;
    }

    private static int word(long counter) {
        return (int) (counter >>> 6) & (WORDS - 1);
    }

    private static long bit(long counter) {
        return 1L << (counter & 63);
    }
}
