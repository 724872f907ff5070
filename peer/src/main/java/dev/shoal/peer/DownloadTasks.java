package dev.shoal.peer;

import dev.shoal.store.DiskFullException;
import dev.shoal.store.SharedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Carries on the tasks that download: a limited number at a time, again and again as long as nobody can be reached. A
 * virtual thread each. Thread-safe.
 */
final class DownloadTasks {

    /** More downloads at a time only take each other's bandwidth; who finds no source lets others begin meanwhile. */
    static final int MOST_AT_A_TIME = 32;

    private final PeerNode node;
    private final HomePeer peer;
    private final Semaphore free = new Semaphore(MOST_AT_A_TIME, true);

    DownloadTasks(PeerNode node, HomePeer peer) {
        this.node = node;
        this.peer = peer;
    }

    /** Begins one, and waits for it unless it is detached. */
    void begin(Upkeep upkeep, Request.Get get, boolean detached, Consumer<Report> reports, Cancellation cancellation) {
        Target.parse(get.target(), peer.user());
        Task task = upkeep.add(get);
        reports.accept(new TaskReport.Taken(task.id()));
        if (detached) {
            upkeep.keep(task, task.kept());
            upkeep.force();
            resume(upkeep, task);
            return;
        }
        cancellation.whenCancelled(task.cancellation()::cancel);
        boolean isGot = false;
        try {
            // Remembered when it is here: it must not take the place of one that goes on by itself, and end it.
            isGot = attempt(upkeep, task, reports);
        } finally {
            if (!isGot && !upkeep.isLeaving()) {
                upkeep.forget(task);
            }
        }
    }

    /** Downloads until it is here, on a thread of its own, and tries again when nobody can be reached. */
    void resume(Upkeep upkeep, Task task) {
        upkeep.stands(task, Task.State.QUEUED, null);
        Thread.ofVirtual().name("task " + task.id()).start(() -> {
            long retryMillis = Upkeep.FIRST_RETRY_MILLIS;
            boolean again = true;
            while (again && !task.cancellation().isCancelled()) {
                again = attemptInTurn(upkeep, task);
                again = again && !task.cancellation().await(retryMillis);
                retryMillis = Upkeep.afterwards(retryMillis);
            }
        });
    }

    /** Whether it is worth to try again. */
    private boolean attemptInTurn(Upkeep upkeep, Task task) {
        try {
            free.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            if (!task.cancellation().isCancelled()) {
                attempt(upkeep, task, report -> {});
            }
            return false;
        } catch (PeerException e) {
            boolean mayYet =
                    e.reason() == PeerException.Reason.UNREACHABLE || e.getCause() instanceof DiskFullException;
            if (!upkeep.isLeaving()) {
                upkeep.stands(task, mayYet ? Task.State.WAITING : Task.State.FAILED, e.getMessage());
            }
            return mayYet;
        } catch (RuntimeException e) {
            node.events().warning(task.kept().name() + ": " + e);
            upkeep.stands(task, Task.State.FAILED, "It failed for a reason that should not be: " + e);
            return false;
        } finally {
            free.release();
        }
    }

    private boolean attempt(Upkeep upkeep, Task task, Consumer<Report> reports) {
        List<Report.Got> got = new ArrayList<>();
        upkeep.stands(task, Task.State.STARTING, null);
        peer.perform(
                task.kept().work(),
                report -> {
                    if (report instanceof Report.Progress moving) {
                        task.moves(moving);
                        upkeep.changed(task);
                    } else if (report instanceof Report.Got finished) {
                        got.add(finished);
                    }
                    reports.accept(report);
                },
                task.cancellation());
        if (got.isEmpty()) {
            return false;
        }
        finished(upkeep, task, got.getFirst());
        return true;
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
