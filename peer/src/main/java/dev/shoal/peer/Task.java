package dev.shoal.peer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a peer that stays up shares or downloads: what is remembered of it, and how it stands now. Decides
 * nothing; {@link Upkeep} carries it on. Thread-safe.
 */
final class Task {

    /** How a task stands. */
    enum State {
        STARTING,
        WAITING,
        QUEUED,
        PAUSED,
        DOWNLOADING,
        SHARING,
        DONE,
        CHANGED,
        FAILED
    }

    /** Why it is paused, in words that follow that, when a person has paused just this one. */
    static final String BY_YOU = "by you";

    private final Cancellation cancellation = new Cancellation();
    private volatile Cancellation attempt = new Cancellation();
    private volatile boolean attended;
    private @Nullable State told;

    /** How much of it earlier processes sent. */
    private final long sentBefore;

    private volatile KeptTask kept;
    private volatile State state = State.STARTING;
    private volatile @Nullable String trouble;
    private volatile Report.@Nullable Progress progress;
    private volatile PeerNode.@Nullable Shared shared;

    Task(KeptTask kept) {
        this.kept = kept;
        KeptTask.Seeded seeded = kept.seeded();
        this.sentBefore = seeded == null ? 0 : seeded.sentBytes();
        cancellation.whenCancelled(() -> attempt.cancel());
    }

    long id() {
        return kept.id();
    }

    /** What is remembered of it. */
    KeptTask kept() {
        return kept;
    }

    void keep(KeptTask now) {
        kept = now;
    }

    /** Said when it is to end. */
    Cancellation cancellation() {
        return cancellation;
    }

    /** Begins to try: said when that is to stop, which is when it is paused or ended. */
    Cancellation newAttempt() {
        Cancellation begun = new Cancellation();
        attempt = begun;
        if (cancellation.isCancelled() || kept.paused()) {
            begun.cancel();
        }
        return begun;
    }

    /** What {@link #newAttempt} made last. */
    Cancellation attempt() {
        return attempt;
    }

    /** Whether somebody waits for it, who carries it on; else it goes on by itself. */
    boolean isAttended() {
        return attended;
    }

    /** Somebody waits for it. */
    void attend() {
        attended = true;
    }

    /** Whether somebody who comes later has nothing new to hear of a state; from now on it is the last one told. */
    synchronized boolean isToldAs(State now) {
        boolean isPassing = now == State.STARTING || now == State.QUEUED;
        if (isPassing || told == now) {
            return true;
        }
        told = now;
        return false;
    }

    State state() {
        return state;
    }

    /** Stands otherwise from now on. */
    void stands(State now, @Nullable String why) {
        trouble = why;
        state = now;
    }

    void moves(Report.Progress now) {
        progress = now;
        trouble = now.phase().startsWith(Report.Progress.PAUSED) ? now.phase() : null;
        state = State.DOWNLOADING;
    }

    /** What it serves; null for nothing, or for what is published anew by itself. */
    PeerNode.@Nullable Shared shared() {
        return shared;
    }

    void shares(PeerNode.@Nullable Shared now) {
        shared = now;
    }

    /** How much of what it serves was sent, by this process and earlier ones. */
    long sentBytes() {
        PeerNode.Shared standing = shared;
        return sentBefore + (standing == null ? 0 : standing.served().uploadedBytes());
    }

    /** Whether a person's words are about it. */
    boolean isAbout(String name) {
        return kept.name().equals(name);
    }

    private boolean contains(String lowerCase) {
        return kept.name().toLowerCase(Locale.ROOT).contains(lowerCase)
                || kept.path().toLowerCase(Locale.ROOT).contains(lowerCase);
    }

    /** Tells which of some tasks are wished for, the youngest first. */
    static void tell(Collection<Task> tasks, TaskWish.ListTasks wish, Consumer<Report> reports) {
        String text = wish.text().toLowerCase(Locale.ROOT);
        List<Task> found = new ArrayList<>();
        for (Task task : tasks) {
            if ((wish.kind().isEmpty() || wish.kind().equals(task.kept().kind()))
                    && (text.isEmpty() || task.contains(text))) {
                found.add(task);
            }
        }
        reports.accept(new TaskReport.Tasks(found.size()));
        found.reversed().stream()
                .skip(wish.offset())
                .limit(wish.limit())
                .forEach(task -> reports.accept(task.report()));
    }

    /** How it is told. */
    TaskReport.Task report() {
        KeptTask task = kept;
        KeptTask.Serves serves = task.serves();
        Report.Progress moving = progress;
        PeerNode.Shared standing = shared;
        long bytes = serves != null ? serves.size() : moving == null ? 0 : moving.totalBytes();
        Report.Progress now = state == State.DOWNLOADING ? moving : null;
        OptionalLong limit =
                standing == null ? OptionalLong.empty() : standing.served().limit();
        return new TaskReport.Task(
                task.id(),
                task.kind(),
                state.name().toLowerCase(Locale.ROOT),
                serves == null && moving != null ? moving.name() : task.name(),
                task.path(),
                bytes,
                serves != null ? bytes : moving == null ? 0 : moving.doneBytes(),
                now != null ? now.rateBytesPerSecond() : 0,
                now != null ? now.remainingSeconds() : -1,
                now != null ? now.sources() : 0,
                standing == null ? 0 : standing.served().uploadedBytes(),
                limit.orElse(-1),
                Report.access(serves != null && serves.audience() != null),
                task.isWatched(),
                serves == null ? null : serves.link(),
                trouble,
                paused(task, now),
                task.sinceMillis());
    }

    private static @Nullable String paused(KeptTask task, Report.@Nullable Progress now) {
        if (task.paused()) {
            return BY_YOU;
        }
        String phase = now == null ? "" : now.phase();
        return phase.startsWith(Report.Progress.PAUSED) ? phase.substring(Report.Progress.PAUSED.length()) : null;
    }
}
