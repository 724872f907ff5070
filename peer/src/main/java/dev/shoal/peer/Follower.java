package dev.shoal.peer;

import dev.shoal.store.Subscribed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One subscription as long as this process follows it: whether something is due, what is going on, what is in the way.
 * Whoever touches its file on the disk holds {@link #files}. Decides nothing. Thread-safe.
 */
final class Follower {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Held while the file is looked at or changed: for as long as putting takes, never while something is fetched. */
    final ReentrantLock files = new ReentrantLock();

    private final Subscribed file;
    private final Cancellation cancellation = new Cancellation();
    private boolean isDue;
    private boolean isRunning;
    private int latest;
    private boolean isGone;
    private @Nullable RuntimeException trouble;
    private @Nullable String paused;
    private long rounds;
    private volatile @Nullable Downloading downloading;
    private volatile PeerNode.@Nullable Shared shared;

    Follower(Subscribed file) {
        this.file = file;
    }

    /** Its file or folder; to be touched only while {@link #files} is held. */
    Subscribed file() {
        return file;
    }

    /** Ends what is going on with it, for good. */
    Cancellation cancellation() {
        return cancellation;
    }

    /** A version may be new. Returns whether a thread has to be begun that takes care of it. */
    boolean wake(int number) {
        lock.lock();
        try {
            latest = Math.max(latest, number);
            isGone = false;
            isDue = true;
            changed.signalAll();
            boolean begins = !isRunning && !cancellation.isCancelled();
            isRunning |= begins;
            return begins;
        } finally {
            lock.unlock();
        }
    }

    /** For its thread: whether something is due still; else the thread ends. */
    boolean takeDue() {
        lock.lock();
        try {
            isRunning = isDue && !cancellation.isCancelled();
            isDue = false;
            if (!isRunning) {
                changed.signalAll();
            }
            return isRunning;
        } finally {
            lock.unlock();
        }
    }

    /** The index has this version. */
    void saw(int number) {
        lock.lock();
        try {
            latest = Math.max(latest, number);
        } finally {
            lock.unlock();
        }
    }

    /** A round has ended well. */
    void succeeded() {
        ended(null, false);
    }

    /** The index has no such name, or none for this peer: until it says something else, nothing is due. */
    void gone() {
        ended(null, true);
    }

    /**
     * It is paused, or not any more.
     *
     * @param why why it is; null when it is not
     * @return whether it was paused and is not now
     */
    boolean goesOn(@Nullable String why) {
        lock.lock();
        try {
            boolean goesOn = paused != null && why == null;
            paused = why;
            changed.signalAll();
            return goesOn;
        } finally {
            lock.unlock();
        }
    }

    /** A round has failed. */
    void failed(RuntimeException cause) {
        ended(cause, false);
    }

    private void ended(@Nullable RuntimeException cause, boolean isGoneNow) {
        lock.lock();
        try {
            trouble = cause;
            isGone = isGoneNow;
            rounds++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next attempt, or until a nudge makes it worthwhile; then something is due again. */
    void awaitRetry(long millis) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!isDue && left > 0 && !cancellation.isCancelled()) {
                left = changed.awaitNanos(left);
            }
            isDue = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Has whoever waits look again. */
    void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many rounds have ended, well or not. */
    long rounds() {
        lock.lock();
        try {
            return rounds;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a round has ended after some others.
     *
     * @return whether one has, within the time
     */
    boolean awaitRound(long after, long millis) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (rounds <= after && left > 0) {
                left = changed.awaitNanos(left);
            }
            return rounds > after;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until its thread has ended, at most so long. */
    void awaitIdle(long millis) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (isRunning && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** The latest version that is known of; 0 when none is yet. */
    int latest() {
        lock.lock();
        try {
            return latest;
        } finally {
            lock.unlock();
        }
    }

    /** What is in the way; null for nothing. */
    @Nullable
    RuntimeException trouble() {
        lock.lock();
        try {
            return trouble;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the index has no such name any more. */
    boolean isGone() {
        lock.lock();
        try {
            return isGone;
        } finally {
            lock.unlock();
        }
    }

    /** What is being fetched; null for nothing. */
    @Nullable
    Downloading downloading() {
        return downloading;
    }

    /** This is being fetched from now on, or nothing is. */
    void downloads(@Nullable Downloading now) {
        downloading = now;
    }

    /** The file as it is served; null while it is not. */
    PeerNode.@Nullable Shared shared() {
        return shared;
    }

    /** It is served so from now on. */
    void shares(PeerNode.@Nullable Shared now) {
        shared = now;
    }
}
