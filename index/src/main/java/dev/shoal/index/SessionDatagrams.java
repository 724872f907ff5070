package dev.shoal.index;

import dev.shoal.transport.ReplayWindow;

/**
 * What the datagrams of one session need: the peer's counters that came, and the last one of this side. Thread-safe.
 */
final class SessionDatagrams {

    private final ReplayWindow window = new ReplayWindow();
    private long counter;

    /** Whether a counter may belong to a new datagram. */
    synchronized boolean isFresh(long received) {
        return window.isFresh(received);
    }

    /** Takes the counter of an authentic datagram. Returns whether it was new. */
    synchronized boolean accept(long received) {
        return window.accept(received);
    }

    /** The counter of the next datagram to the peer. */
    synchronized long next() {
        return ++counter;
    }
}
