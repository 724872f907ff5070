package dev.shoal.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything that this process watches, and says when something has settled after a change. It looks when the
 * system tells of a change, when a wait is over, and every few seconds besides, as network drives tell nothing. One
 * thread for all, begun with the first. It reads and publishes nothing. Thread-safe.
 */
final class Lookout implements AutoCloseable {

    /** Each is looked at every few seconds, and at most so many of them can be in that time. */
    static final int MOST_WATCHED = 1_000;

    /** How often a thing is looked at of which the system tells nothing. */
    static final long SLOWLY_MILLIS = 3_000;

    /** As long as something stays open without having been published, its owner is told, once. */
    private static final long LONG_OPEN_MILLIS = 10_000;

    /** As long as something is away, its owner is told, once: programs that save take it away for moments. */
    private static final long LONG_GONE_MILLIS = 2_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Watch> watches = new ArrayList<>();
    private final Notices notices;
    private boolean isRunning;
    private boolean closed;

    Lookout(PeerEvents events) {
        this.notices = new Notices(this::noticed, events);
    }

    /** What whoever watches something is told; each returns at once. */
    interface Listener {

        /** It has settled: it is to be published, and nothing more is said before that was answered. */
        void isDue();

        /** It is not there any more, and for longer than a moment. */
        void isGone();

        /** It would be published, but for somebody who has it open to write for long. */
        void isOpenForLong();

        /** It cannot be looked at, for a reason that nobody has thought of: it is watched no longer. */
        void isBroken(RuntimeException cause);
    }

    /**
     * Watches something from now on; that it is there is its first change.
     *
     * @throws PeerException when too much is watched
     */
    Watch watch(Watched watched, Listener listener) {
        Watch watch = new Watch(watched, listener);
        locked(() -> {
            if (watches.size() >= MOST_WATCHED) {
                throw new PeerException(
                        PeerException.Reason.USAGE,
                        "At most " + MOST_WATCHED
                                + " files and folders are watched by one peer. Share the others without --watch.");
            }
            watches.add(watch);
            if (!isRunning && !closed) {
                isRunning = true;
                Thread.ofPlatform().daemon().name("lookout").start(this::run);
            }
            changed.signalAll();
            return watch;
        });
        return watch;
    }

    /** Something that is watched, until it is closed. */
    final class Watch implements AutoCloseable {
        private final Watched watched;
        private final Listener listener;
        private final Settling settling = new Settling();
        private long lookAtMillis = nowMillis();

        /** Whether something was told of it since it was looked at last. */
        private boolean isNoticed;

        private boolean isGoneTold;
        private boolean isOpenTold;
        private long goneSinceMillis = NEVER;
        private long openSinceMillis = NEVER;

        private Watch(Watched watched, Listener listener) {
            this.watched = watched;
            this.listener = listener;
        }

        /**
         * It was published.
         *
         * @param look what it looked like when it was read
         * @param isVersion whether that made a new version
         */
        void published(Watched.Look look, boolean isVersion) {
            locked(() -> {
                settling.published(look, isVersion, nowMillis());
                // Who has just fetched it needs the disk and the processors more than a look at what is known.
                lookAtMillis = nowMillis() + (isNoticed ? 0 : watched.slowlyMillis());
                changed.signalAll();
                return true;
            });
        }

        /** It is changing, so that it was not read. */
        void changed() {
            answered(() -> settling.changed(nowMillis()));
        }

        /** It changed while it was read. Returns how often that was so, one time after the other. */
        int torn() {
            int[] times = {0};
            answered(() -> times[0] = settling.torn(nowMillis()));
            return times[0];
        }

        /** What was published is not what is there, although it looks so. */
        void lost() {
            locked(() -> {
                settling.lost(nowMillis());
                noticed(this);
                return true;
            });
        }

        /** It could not be published. */
        void failed() {
            answered(() -> settling.failed(nowMillis()));
        }

        /** Somebody has found it changed. */
        void poke() {
            locked(() -> {
                noticed(this);
                return true;
            });
        }

        private void answered(Runnable answer) {
            locked(() -> {
                answer.run();
                lookAtMillis = nowMillis();
                changed.signalAll();
                return true;
            });
        }

        @Override
        public void close() {
            locked(() -> watches.remove(this));
            notices.forget(this);
        }
    }

    private void noticed(Object about) {
        locked(() -> {
            if (about instanceof Watch watch) {
                watch.isNoticed = true;
                // What waits for an answer is looked at after that.
                if (watch.lookAtMillis != NEVER) {
                    watch.lookAtMillis = nowMillis();
                    changed.signalAll();
                }
            }
            return true;
        });
    }

    private void run() {
        for (Watch due = next(); due != null; due = next()) {
            try {
                look(due);
            } catch (RuntimeException e) {
                // Without this, everything that is watched would be so no longer, in silence.
                due.close();
                due.listener.isBroken(e);
            }
        }
        notices.close();
    }

    /** Waits for the next that is to be looked at; null at the end. It is looked at again after a while in any case. */
    private @Nullable Watch next() {
        lock.lock();
        try {
            while (!closed) {
                Watch first = null;
                for (Watch watch : watches) {
                    first = first == null || watch.lookAtMillis < first.lookAtMillis ? watch : first;
                }
                if (first == null || first.lookAtMillis == NEVER) {
                    changed.await();
                } else if (first.lookAtMillis > nowMillis()) {
                    long leftNanos = TimeUnit.MILLISECONDS.toNanos(first.lookAtMillis - nowMillis());
                    changed.awaitNanos(leftNanos);
                } else {
                    first.lookAtMillis = nowMillis() + first.watched.slowlyMillis();
                    first.isNoticed = false;
                    return first;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return null;
    }

    private void look(Watch watch) {
        // Before it is looked at, so that no change is missed between the two.
        Set<Path> folders = watch.watched.folders();
        notices.tellOf(watch, folders, watch.watched.names());
        long beganMillis = nowMillis();
        Optional<Watched.Look> look = watch.watched.look();
        if (!watch.watched.folders().equals(folders)) {
            // What came into a new folder before the system was asked to tell of it.
            notices.tellOf(watch, watch.watched.folders(), watch.watched.names());
            beganMillis = nowMillis();
            look = watch.watched.look();
        }
        boolean isThere = look.isPresent();
        Watched.Look seen = look.orElse(null);
        long seenMillis = beganMillis;
        Settling.Step step = locked(() -> watch.settling.looked(seen, seenMillis));
        boolean isOpen = step instanceof Settling.Step.Publish && watch.watched.isOpen();
        if (isOpen) {
            step = locked(() -> watch.settling.isOpen(nowMillis()));
        }
        Settling.Step next = step;
        locked(() -> {
            switch (next) {
                case Settling.Step.Rest rest -> {
                    // Until it is noticed, or slowly.
                }
                case Settling.Step.LookAt at -> watch.lookAtMillis = Math.min(watch.lookAtMillis, at.millis());
                case Settling.Step.Publish publish -> watch.lookAtMillis = NEVER;
            }
            return true;
        });
        tell(watch, isThere, isOpen, next instanceof Settling.Step.Publish);
    }

    private static void tell(Watch watch, boolean isThere, boolean isOpen, boolean isDue) {
        long nowMillis = nowMillis();
        watch.goneSinceMillis = isThere ? NEVER : Math.min(watch.goneSinceMillis, nowMillis);
        watch.openSinceMillis = isOpen ? Math.min(watch.openSinceMillis, nowMillis) : NEVER;
        boolean isGoneForLong = !isThere && nowMillis - watch.goneSinceMillis > LONG_GONE_MILLIS;
        if (isGoneForLong && !watch.isGoneTold) {
            watch.listener.isGone();
        }
        watch.isGoneTold = isGoneForLong;
        if (isOpen && !watch.isOpenTold && nowMillis - watch.openSinceMillis > LONG_OPEN_MILLIS) {
            watch.isOpenTold = true;
            watch.listener.isOpenForLong();
        }
        if (isDue) {
            watch.isOpenTold = false;
            watch.listener.isDue();
        }
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private static long nowMillis() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public void close() {
        locked(() -> {
            closed = true;
            changed.signalAll();
            return true;
        });
    }
}
