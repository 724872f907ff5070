package dev.shoal.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells somebody what happens, one thing after the other, on a virtual thread of its own: whoever has something to tell
 * never waits for who is slow, or stopped. What waits is limited; beyond that, how transfers go is left out first, then
 * what is new, and how much that was is told as soon as somebody listens again. A conflict, and how something ended,
 * take the place of something else that waits. Whoever tells is told what is left out. Thread-safe.
 */
final class Telling implements AutoCloseable {

    /** How many things wait. */
    static final int MOST_WAITING = 1_000;

    /** From here on, how transfers go is left out. */
    static final int MOST_WITH_PROGRESS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Report> waiting = new ArrayDeque<>();
    private final Consumer<Report> listener;
    private final Consumer<RuntimeException> broken;
    private boolean isTelling;
    private boolean isOver;
    private int missed;

    /**
     * To a listener.
     *
     * @param broken hears why the listener cannot be told; nothing more is then
     */
    Telling(Consumer<Report> listener, Consumer<RuntimeException> broken) {
        this.listener = listener;
        this.broken = broken;
    }

    /** Has something told. Returns whether it will be, unless that is how a transfer goes, or it is over before. */
    boolean tell(Report report) {
        lock.lock();
        try {
            if (isOver) {
                return false;
            }
            if (isProgress(report) && waiting.size() >= MOST_WITH_PROGRESS) {
                return true;
            }
            if (waiting.size() >= MOST_WAITING && !(isKept(report) && makeRoom())) {
                missed++;
                return false;
            }
            waiting.add(report);
            if (!isTelling) {
                isTelling = true;
                Thread.ofVirtual().name("telling").start(this::run);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it says how a transfer goes, of which the next one says more. */
    private static boolean isProgress(Report report) {
        return report instanceof Report.Progress
                || (report instanceof TaskReport.Task task
                        && task.state().equals(Task.State.DOWNLOADING.name().toLowerCase(Locale.ROOT)));
    }

    /** Whether somebody has to do something about it, or waits for it. */
    private static boolean isKept(Report report) {
        return report instanceof TaskReport.TaskEnded
                || (report instanceof SubscriptionReport && !(report instanceof SubscriptionReport.Updated));
    }

    /** Leaves out the last of those that may be. Returns whether there was one. */
    private boolean makeRoom() {
        for (Iterator<Report> last = waiting.descendingIterator(); last.hasNext(); ) {
            if (!isKept(last.next())) {
                last.remove();
                missed++;
                return true;
            }
        }
        return false;
    }

    private void run() {
        for (Report next = next(); next != null; next = next()) {
            try {
                listener.accept(next);
            } catch (RuntimeException e) {
                end();
                broken.accept(e);
            }
        }
    }

    /** What is next; null when that is nothing, and then the thread ends. */
    private @Nullable Report next() {
        lock.lock();
        try {
            Report next = waiting.poll();
            if (next == null && missed > 0) {
                next = new Report.Said(
                        "WARNING", missed + " more things happened, and were not told as nobody took them.");
                missed = 0;
            }
            isTelling = next != null;
            changed.signalAll();
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            isOver = true;
            waiting.clear();
            missed = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more, and waits until all that was taken is told. */
    @Override
    public void close() {
        lock.lock();
        try {
            isOver = true;
            while (isTelling) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
