package dev.shoal.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Sends a batch and takes its answers, on one thread that never waits. Closed: as many as fit into a window are on
 * their way, which shows how many a server answers at most. Open: requests are due at random times at a steady rate,
 * whatever the server does, and a latency counts from when its request was due. Without state.
 */
final class LoadGenerator {

    /**
     * What was not answered for so long is lost. No answer is under way on one machine for as long as that: what is
     * slow counts as slow, and none comes when its slot is used again, for which it would be taken.
     */
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** In an open run so many may wait for the server at most: less than its socket holds, so none is lost there. */
    private static final int MOST_WAITING = 128;

    /** One answer in so many is looked at closely. */
    private static final int LOOKED_AT = 64;

    private static final long SEED = 5;

    private LoadGenerator() {}

    /**
     * What a batch came to.
     *
     * @param seconds from the first request to the last answer, without the time in which nothing happened but that
     *     what is lost was waited for
     * @param answered how many were answered
     * @param lost how many were not
     * @param looked how many answers were looked at closely
     * @param bad how many of these were not what was hoped for
     * @param latencyNanos of all, in ascending order; that of a lost one is how long was waited for it
     * @param cpuSeconds processor time of the server
     */
    record Outcome(
            double seconds, int answered, int lost, int looked, int bad, long[] latencyNanos, double cpuSeconds) {

        double perSecond() {
            return answered / seconds;
        }

        /** A latency that this share of all does not exceed, in microseconds. */
        double micros(double share) {
            int place = (int) Math.ceil(share * latencyNanos.length) - 1;
            return latencyNanos[Math.clamp(place, 0, latencyNanos.length - 1)] / 1e3;
        }
    }

    /** Sends a batch with at most so many on their way. */
    static Outcome closed(LoadTarget target, LoadBatch batch, int window) throws IOException {
        return closed(target, batch, window, LOST_NANOS);
    }

    /** The same, and gives up what was not answered for some time. */
    static Outcome closed(LoadTarget target, LoadBatch batch, int window, long lostNanos) throws IOException {
        return closed(target, batch, window, lostNanos, System::nanoTime);
    }

    /** The same by some clock, in nanoseconds. */
    static Outcome closed(LoadTarget target, LoadBatch batch, int window, long lostNanos, LongSupplier clock)
            throws IOException {
        return new Run(target, batch, lostNanos, clock).go(new long[0], Math.min(window, target.slots()));
    }

    /** Sends a batch at a rate. */
    static Outcome open(LoadTarget target, LoadBatch batch, double perSecond) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] dueNanos = new long[batch.count()];
        double at = 0;
        for (int i = 0; i < dueNanos.length; i++) {
            at -= Math.log(1 - random.nextDouble()) * 1e9 / perSecond;
            dueNanos[i] = (long) at;
        }
        return new Run(target, batch, LOST_NANOS, System::nanoTime)
                .go(dueNanos, Math.min(MOST_WAITING, target.slots()));
    }

    /** One batch on its way. */
    private static final class Run {
        private final LoadTarget target;
        private final LoadBatch batch;
        private final LoadSocket socket;
        private final ByteBuffer view;
        private final long lostNanos;
        private final LongSupplier clock;
        /** By slot; 0 where nothing is on its way. */
        private final long[] sentNanos;

        private final long[] latencyFromNanos;
        private final long[] latencyNanos;
        private int next;
        private int oldest;
        private int inFlight;
        private int answered;
        private int lost;
        private int looked;
        private int bad;
        /** When something was sent or answered last. */
        private long busyNanos;

        private long waitedNanos;

        Run(LoadTarget target, LoadBatch batch, long lostNanos, LongSupplier clock) {
            this.clock = clock;
            this.target = target;
            this.batch = batch;
            this.lostNanos = lostNanos;
            this.socket = target.socket();
            this.view = batch.view();
            this.sentNanos = new long[target.slots()];
            this.latencyFromNanos = new long[target.slots()];
            this.latencyNanos = new long[batch.count()];
        }

        Outcome go(long[] dueNanos, int window) throws IOException {
            while (socket.receive().hasRemaining()) {
                // Late answers of a batch before.
                Thread.onSpinWait();
            }
            double cpuBefore = target.cpuSeconds();
            long start = clock.getAsLong();
            busyNanos = start;
            while (answered + lost < batch.count()) {
                long now = clock.getAsLong();
                while (next < batch.count() && inFlight < window && isDue(dueNanos, now - start)) {
                    send(now, dueNanos.length == 0 ? now : start + dueNanos[next]);
                    now = clock.getAsLong();
                }
                if (!receive()) {
                    giveUp(now);
                }
            }
            double seconds = (busyNanos - start - waitedNanos) / 1e9;
            Arrays.sort(latencyNanos);
            return new Outcome(seconds, answered, lost, looked, bad, latencyNanos, target.cpuSeconds() - cpuBefore);
        }

        /** A slot whose answer is still to come holds the next request up. */
        private boolean isDue(long[] dueNanos, long passedNanos) {
            return sentNanos[batch.slot(next)] == 0 && (dueNanos.length == 0 || dueNanos[next] <= passedNanos);
        }

        private void send(long now, long dueNanos) throws IOException {
            int slot = batch.slot(next);
            sentNanos[slot] = now;
            busyNanos = now;
            latencyFromNanos[slot] = dueNanos;
            socket.send(batch.select(view, next));
            next++;
            inFlight++;
        }

        /** Of the requests on their way, looks at the oldest alone: those after it were sent later. */
        private void giveUp(long now) {
            while (oldest < next) {
                int slot = batch.slot(oldest);
                boolean isWaitedFor = sentNanos[slot] != 0 && oldest > next - 1 - target.slots();
                if (isWaitedFor && now - sentNanos[slot] < lostNanos) {
                    return;
                }
                if (isWaitedFor) {
                    waitedNanos += now - busyNanos;
                    busyNanos = now;
                    latencyNanos[answered + lost] = now - latencyFromNanos[slot];
                    sentNanos[slot] = 0;
                    inFlight--;
                    lost++;
                }
                oldest++;
            }
        }

        private boolean receive() throws IOException {
            ByteBuffer answer = socket.receive();
            if (!answer.hasRemaining()) {
                return false;
            }
            int slot = target.slot(answer);
            if (slot >= 0 && sentNanos[slot] != 0) {
                busyNanos = clock.getAsLong();
                latencyNanos[answered + lost] = busyNanos - latencyFromNanos[slot];
                sentNanos[slot] = 0;
                inFlight--;
                if (answered % LOOKED_AT == 0) {
                    looked++;
                    bad += target.isGood(answer) ? 0 : 1;
                }
                answered++;
            }
            return true;
        }
    }
}
