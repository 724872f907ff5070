package dev.shoal.transport;

import java.util.random.RandomGenerator;

/**
 * When a request by datagram is sent again: after 250 ms, then after twice as long each time up to 4 s, each wait
 * varied by a tenth so that many peers do not fall into step, until the deadline. Immutable; randomness is an argument.
 *
 * @param firstMillis wait after the first datagram
 * @param longestMillis longest wait between two
 * @param deadlineMillis when to give up, from the first datagram on
 */
public record Retransmission(int firstMillis, int longestMillis, int deadlineMillis) {

    /** For requests of an established session: six tries in 10 s. */
    public static final Retransmission REQUEST = new Retransmission(250, 4_000, 10_000);

    /** For finding out whether datagrams get through at all: three tries in 1.5 s. */
    public static final Retransmission PROBE = new Retransmission(250, 1_000, 1_500);

    /** How long to wait after the datagram of this number, counted from 0, in milliseconds. */
    public long waitMillis(int attempt, RandomGenerator random) {
        long doubled = Math.min(longestMillis, (long) firstMillis << Math.min(attempt, 20));
        return Math.round(doubled * random.nextDouble(0.9, 1.1));
    }
}
