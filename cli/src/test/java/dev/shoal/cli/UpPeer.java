package dev.shoal.cli;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A peer that stays up in a home of a {@link Network}, until it is closed. */
final class UpPeer implements AutoCloseable {

    private final Network.Peer peer;
    private final Network.Job stay;

    UpPeer(Network network, String home) throws InterruptedException {
        peer = network.inHome(
                home, new Peers.Options(network.address(), null, home, null, null, true), PeerEvents.NONE);
        stay = peer.begin(new TaskWish.Stay(null));
        stay.next(Report.Running.class);
    }

    Network.Peer peer() {
        return peer;
    }

    /** Leaves a download to it. Returns the number of the task. */
    long get(Request.Get get) {
        return peer.ask(new TaskWish.Begin(get, true), TaskReport.Taken.class)
                .getFirst()
                .id();
    }

    List<TaskReport.Task> tasks() {
        return peer.ask(new TaskWish.ListTasks(null, "", "", 0, 100), TaskReport.Task.class);
    }

    TaskReport.Task task(long id) {
        return peer.ask(new TaskWish.Look(null, id), TaskReport.Task.class).getFirst();
    }

    TaskReport.TaskDetail closely(long id) {
        return peer.ask(new TaskWish.LookClosely(null, id, 1_000), TaskReport.TaskDetail.class)
                .getFirst();
    }

    TaskReport.Task await(long id, Predicate<TaskReport.Task> condition) {
        return Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> task(id), condition);
    }

    TaskReport.Task awaitState(long id, String state) {
        return await(id, task -> task.state().equals(state));
    }

    @Override
    public void close() {
        peer.service().leave();
        stay.cancellation().cancel();
        stay.end().join();
        peer.service().close();
    }
}
