package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.store.DiskFullException;
import dev.shoal.store.PartInUseException;
import dev.shoal.store.SharedFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Carries on the tasks that download: a limited number at a time, again and again as long as nobody can be reached. A
 * virtual thread each. Thread-safe.
 */
final class DownloadTasks {

    /** More downloads at a time only take each other's bandwidth; who finds no source lets others begin meanwhile. */
    static final int MOST_AT_A_TIME = 32;

    /** Of so many that do not go on now it is still told closely how they stood: those that were just looked at. */
    static final int MOST_REMEMBERED = 32;

    /** How often somebody who waits for a download that is paused is told that it is. */
    private static final long PAUSED_REPORT_MILLIS = 250;

    private final PeerNode node;
    private final HomePeer peer;
    private final DownloadQueue queue = new DownloadQueue(MOST_AT_A_TIME);
    /** How those stood that do not go on now, the last ones; guarded by itself. */
    private final Map<Long, CloseView> remembered = new LinkedHashMap<>();
    /** The attempts that are carried out now, by the numbers of their tasks. */
    private final Map<Long, DownloadAttempt> attempts = new ConcurrentHashMap<>();
    /** What is to stay free on the disks, as it was when this last looked. */
    private volatile String keepFree;

    DownloadTasks(PeerNode node, HomePeer peer) {
        this.node = node;
        this.peer = peer;
        this.keepFree = node.settings().now(Setting.KEEP_FREE);
    }

    /** If something else is to stay free on the disks now, what waits may have room: it is tried again at once. */
    void lookForRoom(Upkeep upkeep, Supplier<List<Task>> downloads) {
        String now = node.settings().now(Setting.KEEP_FREE);
        if (!now.equals(keepFree)) {
            keepFree = now;
            downloads.get().stream()
                    .filter(task -> task.state() == Task.State.WAITING)
                    .forEach(task -> tryNow(upkeep, task));
        }
    }

    /** Begins one, and waits for it unless it is detached. */
    void begin(Upkeep upkeep, Request.Get get, boolean detached, Consumer<Report> reports, Cancellation cancellation) {
        Target.parse(get.target(), peer.user());
        Task task = upkeep.add(get.placed());
        reports.accept(new TaskReport.Taken(task.id()));
        if (detached) {
            upkeep.keep(task, task.kept());
            upkeep.force();
            resume(upkeep, task);
            return;
        }
        task.attend();
        cancellation.whenCancelled(task.cancellation()::cancel);
        boolean isGot = false;
        try {
            // Remembered when it is here: it must not take the place of one that goes on by itself, and end it.
            do {
                isGot = attempt(upkeep, task, task.newAttempt(), reports);
            } while (!isGot && isPausedUntilItGoesOn(task, reports));
        } finally {
            if (!isGot && !upkeep.isLeaving()) {
                upkeep.forget(task);
            }
        }
    }

    /** What one downloads may be called as a whole; first the name that the index has for it, once that is known. */
    static List<Name> names(Task task, List<String> owners) {
        return Stream.of(task.name(), task.kept().name())
                .flatMap(text -> owners.stream().flatMap(owner -> named(text, owner)))
                .distinct()
                .toList();
    }

    /** Whose names may be meant where a text has no owner. */
    List<String> owners() {
        return node.accounts().owners(peer.user());
    }

    private static Stream<Name> named(String text, String owner) {
        try {
            return Stream.of(Target.parse(text, owner).name());
        } catch (PeerException e) {
            return Stream.of();
        }
    }

    /**
     * Limits what comes in for one until it is here, whether something comes now or not.
     *
     * @param limit as {@link Rate} reads it
     * @return whether it is one that is not here yet
     */
    boolean limit(Upkeep upkeep, Task task, String limit) {
        synchronized (task) {
            KeptTask kept = task.kept();
            if (kept.over() || kept.serves() != null) {
                return false;
            }
            keepChanged(upkeep, task, kept.requesting(limit));
            return true;
        }
    }

    /** Whether it stopped as it was paused, and goes on now. */
    private static boolean isPausedUntilItGoesOn(Task task, Consumer<Report> reports) {
        boolean wasPaused = task.kept().paused() || task.attempt().isCancelled();
        while (task.kept().paused() && !task.cancellation().await(PAUSED_REPORT_MILLIS)) {
            TaskReport.Task now = task.report();
            reports.accept(new Report.Progress(
                    now.name(), now.doneBytes(), now.bytes(), 0, -1, 0, Report.Progress.PAUSED + Task.BY_YOU));
        }
        return wasPaused && !task.cancellation().isCancelled();
    }

    /** Downloads until it is here, on a thread of its own, and tries again when nobody can be reached. */
    void resume(Upkeep upkeep, Task task) {
        Cancellation attempt;
        synchronized (task) {
            attempt = task.newAttempt();
            // It may have been paused or ended at this very moment.
            if (!attempt.isCancelled()) {
                upkeep.stands(task, Task.State.QUEUED, null);
            } else if (task.kept().paused()) {
                upkeep.stands(task, Task.State.PAUSED, null);
            }
        }
        Thread.ofVirtual().name("task " + task.id()).start(() -> {
            long retryMillis = Upkeep.FIRST_RETRY_MILLIS;
            boolean again = true;
            while (again && !attempt.isCancelled()) {
                String leavesFree = keepFree;
                again = attemptInTurn(upkeep, task, attempt);
                // What is to stay free may have changed before it was seen to wait.
                again = again && (!leavesFree.equals(keepFree) || !attempt.await(retryMillis));
                retryMillis = Upkeep.afterwards(retryMillis);
            }
        });
    }

    /** Fetches nothing more for one until it is to go on. */
    void pause(Upkeep upkeep, Task task) {
        synchronized (task) {
            checkUnfinished(task);
            if (task.kept().paused()) {
                return;
            }
            keepChanged(upkeep, task, task.kept().paused(true));
            task.attempt().cancel();
            upkeep.stands(task, Task.State.PAUSED, null);
        }
    }

    /** Lets one go on that was paused, has failed, or waits. */
    void goOn(Upkeep upkeep, Task task) {
        synchronized (task) {
            checkUnfinished(task);
            if (task.kept().paused()) {
                keepChanged(upkeep, task, task.kept().paused(false));
                if (!task.isAttended()) {
                    resume(upkeep, task);
                }
            } else {
                tryNow(upkeep, task);
            }
        }
    }

    /** Whether one is not here, stands still and is not paused, so that it can be told to try at once. */
    static boolean standsStill(Task task) {
        boolean isToCome = !task.kept().over() && task.kept().serves() == null;
        return isToCome
                && !task.isAttended()
                && (task.state() == Task.State.WAITING || task.state() == Task.State.FAILED);
    }

    private void tryNow(Upkeep upkeep, Task task) {
        synchronized (task) {
            if (standsStill(task)) {
                task.attempt().cancel();
                resume(upkeep, task);
            }
        }
    }

    private static void checkUnfinished(Task task) {
        boolean isOver = switch (task.state()) {
            case SHARING, DONE, CHANGED -> true;
            case STARTING, WAITING, QUEUED, PAUSED, DOWNLOADING, FAILED ->
                task.kept().over();
        };
        if (isOver || task.kept().serves() != null) {
            throw new PeerException(
                    PeerException.Reason.CONFLICT,
                    task.kept().name() + " is here already: there is nothing to pause or to go on with. `shoal pause "
                            + task.kept().name() + "` pauses what goes out of it.");
        }
    }

    /** What somebody waits for is not remembered: after a restart nobody does. */
    private static void keepChanged(Upkeep upkeep, Task task, KeptTask now) {
        if (task.isAttended()) {
            task.keep(now);
        } else {
            upkeep.keep(task, now);
            upkeep.force();
        }
    }

    /** How one stands, chunk by chunk and source by source. */
    TaskReport.TaskDetail closely(Task task, int cells) {
        CloseView view = Optional.ofNullable(attempts.get(task.id()))
                .flatMap(DownloadAttempt::view)
                .map(found -> found.orSourcesOf(remembered(task)))
                .orElseGet(() -> remembered(task));
        ChunkCells fewer = view.cells().fewer(cells);
        return new TaskReport.TaskDetail(
                task.report(),
                view.chunks(),
                view.chunkBytes(),
                fewer.chunksPerCell(),
                fewer.cells(),
                view.sources(),
                queued(task));
    }

    private CloseView remembered(Task task) {
        synchronized (remembered) {
            return remembered.getOrDefault(task.id(), CloseView.NOTHING);
        }
    }

    private TaskReport.@Nullable QueuePlace queued(Task task) {
        TaskReport.Task now = task.report();
        int place = queue.place(task.id());
        if (place > 0 && now.paused() == null) {
            return new TaskReport.QueuePlace(
                    place,
                    MOST_AT_A_TIME + " downloads run at a time, as more would only take each other's bandwidth; "
                            + (place == 1 ? "this is the next one." : (place - 1) + " come before this one."));
        }
        if (now.paused() != null) {
            return new TaskReport.QueuePlace(0, "It is paused " + now.paused() + ".");
        }
        String trouble = now.trouble();
        return task.state() == Task.State.WAITING && trouble != null ? new TaskReport.QueuePlace(0, trouble) : null;
    }

    private void remember(Task task, CloseView view) {
        synchronized (remembered) {
            CloseView before = remembered.remove(task.id());
            remembered.put(task.id(), before == null ? view : view.orSourcesOf(before));
            if (remembered.size() > MOST_REMEMBERED) {
                remembered.remove(remembered.keySet().iterator().next());
            }
        }
    }

    /** Whether it is worth to try again. */
    private boolean attemptInTurn(Upkeep upkeep, Task task, Cancellation attempt) {
        if (!queue.enter(task.id(), attempt)) {
            return false;
        }
        try {
            if (!attempt.isCancelled()) {
                attempt(upkeep, task, attempt, report -> {});
            }
            return false;
        } catch (PeerException e) {
            // The part file may be in the hands of a process that is just ending.
            boolean mayYet = e.reason() == PeerException.Reason.UNREACHABLE
                    || e.getCause() instanceof DiskFullException
                    || e.getCause() instanceof PartInUseException;
            standsUnless(upkeep, task, attempt, mayYet ? Task.State.WAITING : Task.State.FAILED, e.getMessage());
            return mayYet;
        } catch (RuntimeException e) {
            node.events().warning(task.kept().name() + ": " + e);
            standsUnless(upkeep, task, attempt, Task.State.FAILED, "It failed for a reason that should not be: " + e);
            return false;
        } finally {
            queue.leave();
        }
    }

    /** Unless it was paused or ended meanwhile. */
    private static void standsUnless(
            Upkeep upkeep, Task task, Cancellation attempt, Task.State state, @Nullable String why) {
        synchronized (task) {
            if (!attempt.isCancelled() && !upkeep.isLeaving()) {
                upkeep.stands(task, state, why);
            }
        }
    }

    private boolean attempt(Upkeep upkeep, Task task, Cancellation attempt, Consumer<Report> reports) {
        List<Report.Got> got = new ArrayList<>();
        standsUnless(upkeep, task, attempt, Task.State.STARTING, null);
        DownloadAttempt carriedOut = new DownloadAttempt(node, task, attempt);
        attempts.put(task.id(), carriedOut);
        try {
            peer.perform(
                    task.kept().work(),
                    report -> {
                        if (report instanceof Report.Progress moving) {
                            carriedOut.look();
                            moves(upkeep, task, attempt, moving);
                        } else if (report instanceof Report.Got finished) {
                            got.add(finished);
                        }
                        reports.accept(report);
                    },
                    attempt);
        } finally {
            // Of one that did not get that far, what is known from the one before stays.
            carriedOut.downloading().map(CloseView::atRest).ifPresent(view -> remember(task, view));
            attempts.remove(task.id(), carriedOut);
        }
        if (got.isEmpty()) {
            return false;
        }
        synchronized (task) {
            finished(upkeep, task, got.getFirst());
        }
        return true;
    }

    private void moves(Upkeep upkeep, Task task, Cancellation attempt, Report.Progress moving) {
        synchronized (task) {
            if (!attempt.isCancelled()) {
                task.moves(moving);
                upkeep.changed(task);
            }
        }
    }

    private void finished(Upkeep upkeep, Task task, Report.Got got) {
        Optional<PeerNode.Shared> shared = node.shares().stream()
                .filter(each ->
                        each.path().equals(got.path()) && each.name().text().equals(got.name()))
                .findFirst();
        if (shared.isPresent() && task.cancellation().isCancelled() && !upkeep.isLeaving()) {
            node.unshare(List.of(shared.get()));
        } else if (shared.isEmpty()) {
            KeptTask.Serves here =
                    new KeptTask.Serves(got.name(), got.path(), got.content(), null, got.bytes(), 0, "", -1, null);
            upkeep.keep(task, task.kept().serving(here, true));
            task.stands(Task.State.DONE, null);
        } else {
            if (shared.get().served().stored() instanceof SharedFile file) {
                node.catalog().ifPresent(catalog -> catalog.remember(file.hashed()));
            }
            upkeep.serves(task, shared.get(), null);
        }
        upkeep.force();
        upkeep.changed(task);
        upkeep.tell(got);
    }
}
