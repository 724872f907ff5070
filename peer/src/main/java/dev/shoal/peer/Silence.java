package dev.shoal.peer;

import dev.shoal.transport.Watchdog;
import java.nio.channels.Channel;
import java.util.concurrent.ScheduledFuture;

/**
 * Closes a socket on which somebody waits while the other side says nothing for too long. It counts steps of its own
 * instead of reading the clock: for a process that was stopped itself no time has passed. Thread-safe.
 */
final class Silence implements AutoCloseable {

    /** How many steps a wait may take; {@link ControlServer} gives three signs of life meanwhile. */
    static final int MOST_STEPS = 10;

    /** How long a step is. */
    static final long STEP_MILLIS = 1_000;

    private final Channel channel;
    private final ScheduledFuture<?> steps;
    private boolean waiting = true;
    private boolean tooLong;
    private int count;

    /** Of a socket on which somebody waits from now on. */
    Silence(Channel channel) {
        this.channel = channel;
        this.steps = Watchdog.every(STEP_MILLIS, this::step);
    }

    /** Somebody begins to wait, or has heard something. */
    synchronized void waiting(boolean begins) {
        waiting = begins;
        count = 0;
    }

    /** Whether a wait was too long, so that the socket was closed. */
    synchronized boolean isTooLong() {
        return tooLong;
    }

    /** Another step has passed. */
    synchronized void step() {
        if (waiting && ++count > MOST_STEPS) {
            tooLong = true;
            Watchdog.closeQuietly(channel);
        }
    }

    @Override
    public void close() {
        steps.cancel(false);
    }
}
