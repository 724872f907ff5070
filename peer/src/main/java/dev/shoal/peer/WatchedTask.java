package dev.shoal.peer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A task whose file is published anew whenever it changes: {@link LiveSharing} does it, on a virtual thread that lives
 * as long as the task. Remembers what is served with each version. Thread-safe.
 */
final class WatchedTask {

    private final Upkeep upkeep;
    private final PeerNode node;
    private final HomePeer peer;
    private final Task task;
    private final CompletableFuture<Boolean> settled = new CompletableFuture<>();

    WatchedTask(Upkeep upkeep, PeerNode node, HomePeer peer, Task task) {
        this.upkeep = upkeep;
        this.node = node;
        this.peer = peer;
        this.task = task;
    }

    /**
     * Begins, and returns when the first version stands or whoever waits for it has enough. That ends the task, unless
     * this process ends: then it comes back with the next one.
     *
     * @throws PeerException when it cannot be shared
     */
    void begin(Request.Share request, Consumer<Report> reports, Cancellation cancellation) {
        Consumer<Report> heard = report -> heard(report, reports);
        Thread.ofVirtual().name("watched task " + task.id()).start(() -> run(request, heard));
        cancellation.whenCancelled(() -> settled.complete(false));
        try {
            if (!settled.join() && !upkeep.isLeaving()) {
                upkeep.forget(task);
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof PeerException known ? known : new IllegalStateException(e.getCause());
        }
    }

    private void run(Request.Share request, Consumer<Report> heard) {
        try {
            peer.perform(request, heard, task.cancellation());
            settled.complete(false);
        } catch (PeerException e) {
            boolean hadSettled = !settled.completeExceptionally(e);
            if (hadSettled && !upkeep.isLeaving()) {
                task.shares(null);
                upkeep.stands(task, Task.State.FAILED, e.getMessage());
                node.events().warning(String.valueOf(e.getMessage()));
            }
        } catch (RuntimeException e) {
            node.events().warning(task.kept().name() + " is not shared any more: " + e);
            settled.completeExceptionally(e);
            upkeep.stands(task, Task.State.FAILED, "It failed for a reason that should not be: " + e);
        }
    }

    private void heard(Report report, Consumer<Report> first) {
        if (report instanceof Report.Shared shared) {
            Predicate<PeerNode.Shared> same = each -> each.path().equals(shared.path())
                    && each.name().text().equals(shared.name())
                    && each.served().content().toString().equals(shared.content());
            node.shares().stream().filter(same).findFirst().ifPresent(now -> {
                upkeep.serves(task, now, shared.link());
                upkeep.changed(task);
            });
        }
        if (!settled.isDone()) {
            first.accept(report);
        } else if (report instanceof Report.Said said) {
            node.events().info(said.text());
        } else if (report instanceof Report.Shared shared) {
            node.events().info(shared.name() + " is version " + shared.version() + ": " + shared.path());
        }
        if (report instanceof Report.Shared) {
            settled.complete(true);
        }
    }
}
