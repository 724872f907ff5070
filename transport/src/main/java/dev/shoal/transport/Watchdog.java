package dev.shoal.transport;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends what takes too long by closing its socket, which frees every thread that waits on it. One daemon thread for the
 * whole process. Thread-safe.
 */
public final class Watchdog {

    /** How long a handshake may take: many round trips on a bad line. */
    public static final int HANDSHAKE_MILLIS = 10_000;

    /** How long a good-bye may take, in which nobody is interested any more. */
    static final int CLOSE_MILLIS = 500;

    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private Watchdog() {}

    /** A wait that is limited while this is open. */
    public static final class Guard implements AutoCloseable {
        private final ScheduledFuture<?> closing;

        private Guard(ScheduledFuture<?> closing) {
            this.closing = closing;
        }

        /** The wait is over, the socket stays open. */
        public void release() {
            closing.cancel(false);
        }

        @Override
        public void close() {
            release();
        }
    }

    /** Closes a socket after some time unless the guard is released or closed before. */
    public static Guard closeAfter(Channel channel, long millis) {
        return new Guard(TIMER.schedule(() -> closeQuietly(channel), millis, TimeUnit.MILLISECONDS));
    }

    /**
     * Runs a short task again and again; it must not block. When it throws, the thread's handler for what nobody caught
     * is told, and it runs again all the same.
     */
    public static ScheduledFuture<?> every(long millis, Runnable task) {
        return TIMER.scheduleWithFixedDelay(() -> runOnce(task), millis, millis, TimeUnit.MILLISECONDS);
    }

    private static void runOnce(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            // Let through, it would end the task for good, unseen.
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /** Closes a socket whose good end no longer matters. */
    public static void closeQuietly(Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            // Closing is all that was left to do with it.
            return;
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("watchdog").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
