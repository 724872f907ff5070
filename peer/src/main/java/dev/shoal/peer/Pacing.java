package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.peer.LimitRule.Flow;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the limits of a home allow at the moment, for a peer that runs: what {@link Schedule} says of the last turn, and
 * there is a turn at every moment at which it says something else. A virtual thread waits for that. Thread-safe.
 */
final class Pacing implements AutoCloseable {

    /** So often it is looked anyway: clocks are set, machines sleep, and people edit files. */
    private static final long LOOK_MILLIS = 60_000;

    /**
     * What may go.
     *
     * @param bytesPerSecond most; 0 for nothing, {@link Rate#UNLIMITED} for no limit
     * @param why why nothing goes, in words that follow "paused"; null when something may
     */
    record Pace(long bytesPerSecond, @Nullable String why) {
        boolean isPaused() {
            return why != null;
        }
    }

    private record Question(Optional<Name> name, Flow flow) {}

    /** What holds from a moment on until the next turn; what was asked of it is remembered, as it is asked often. */
    private record Turn(Schedule schedule, ZonedDateTime moment, Map<Question, Pace> paces) {
        Pace of(@Nullable Name name, Flow flow) {
            return paces.computeIfAbsent(new Question(Optional.ofNullable(name), flow), this::answer);
        }

        private Pace answer(Question question) {
            Name name = question.name().orElse(null);
            return new Pace(
                    schedule.at(name, question.flow(), moment).bytesPerSecond(),
                    schedule.paused(name, question.flow(), moment));
        }
    }

    private final KeptSchedule kept;
    private final Supplier<ZonedDateTime> clock;
    private final PeerEvents events;
    private final Runnable turned;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private volatile Turn turn;
    private long turns;
    private String told = "";
    private boolean closed;

    /**
     * Allows everything until {@link #begin}.
     *
     * @param turned what to do when something else may be allowed
     */
    Pacing(KeptSchedule kept, Supplier<ZonedDateTime> clock, PeerEvents events, Runnable turned) {
        this.kept = kept;
        this.clock = clock;
        this.events = events;
        this.turned = turned;
        this.turn = new Turn(Schedule.NONE, clock.get(), new ConcurrentHashMap<>());
    }

    /** Keeps to the limits from now on. */
    void begin() {
        turn();
        Thread.ofVirtual().name("limits by time").start(this::run);
    }

    /** What may go under a name, or of everything together when that is null. */
    Pace of(@Nullable Name name, Flow flow) {
        return turn.of(name, flow);
    }

    /** Something may have changed: looks what holds now. */
    void turn() {
        lock.lock();
        try {
            Schedule schedule = turn.schedule;
            try {
                schedule = kept.read();
                told = "";
            } catch (PeerException e) {
                String trouble = String.valueOf(e.getMessage());
                if (!trouble.equals(told)) {
                    events.warning(trouble + " Until then what held before goes on.");
                    told = trouble;
                }
            }
            turn = new Turn(schedule, clock.get(), new ConcurrentHashMap<>());
            turns++;
            turned.run();
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (await()) {
            turn();
        }
    }

    /** Waits for the next change, and not for long. Returns false when this was closed. */
    private boolean await() {
        lock.lock();
        try {
            long last = 0;
            long left = 0;
            while (!closed) {
                if (last != turns) {
                    last = turns;
                    left = TimeUnit.MILLISECONDS.toNanos(millisUntilChange(turn));
                }
                if (left <= 0) {
                    return true;
                }
                left = ended.awaitNanos(left);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private long millisUntilChange(Turn last) {
        ZonedDateTime now = clock.get();
        return last.schedule
                .nextChange(last.moment)
                // A millisecond later, or it would be looked just before it.
                .map(next -> Math.clamp(Duration.between(now, next).toMillis() + 1, 1, LOOK_MILLIS))
                .orElse(LOOK_MILLIS);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
