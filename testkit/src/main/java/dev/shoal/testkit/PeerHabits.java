package dev.shoal.testkit;

import dev.shoal.swarm.Order;

/**
 * How the owner of a simulated peer has set it. Immutable.
 *
 * @param order which missing chunk it fetches first
 * @param downLimit how fast it may fetch, in bytes a second; 0 for no limit
 * @param upLimit how fast it may serve, in bytes a second; 0 for no limit
 */
public record PeerHabits(Order order, long downLimit, long upLimit) {

    /** Nothing was set. */
    public static final PeerHabits USUAL = new PeerHabits(Order.RAREST_FIRST, 0, 0);

    @Override
    public String toString() {
        String text = order == Order.RAREST_FIRST ? "" : ", in order";
        text += downLimit == 0 ? "" : ", at most " + downLimit + " B/s down";
        return text + (upLimit == 0 ? "" : ", at most " + upLimit + " B/s up");
    }
}
