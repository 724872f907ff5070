package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is ended before it is shared leaves nothing at the index, and does not come back. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GivenUpSharesTest {

    @TempDir
    Path folder;

    private Network network;
    private Network.Peer looker;

    @BeforeEach
    void start() {
        network = new Network(folder);
        looker = network.peer("looker");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    private List<String> names() {
        return looker.ask(new Request.ListNames(null, true), Report.Listed.class).stream()
                .map(Report.Listed::name)
                .toList();
    }

    /** Shares a file, and ends the task as soon as something of a kind is told about that. */
    private static void shareUntil(UpPeer up, Path file, boolean watched, Class<? extends Report> moment) {
        AtomicLong task = new AtomicLong();
        Request.Share share = new Request.Share(null, List.of(file.toString()), null, "").watching(watched);
        up.peer()
                .service()
                .run(
                        new TaskWish.Begin(share, true),
                        report -> {
                            if (report instanceof TaskReport.Taken taken) {
                                task.set(taken.id());
                            }
                            if (moment.isInstance(report)) {
                                up.peer().ask(byNumberOrName(task.get(), file), Report.class);
                            }
                        },
                        new Cancellation());
    }

    /** What is just begun has no name at the index yet, and goes by the one that it is to have. */
    private static TaskWish.End byNumberOrName(long task, Path file) {
        return file.endsWith("early")
                ? new TaskWish.End(null, List.of(), List.of("ann/early"), false)
                : new TaskWish.End(null, List.of(task), List.of(), false);
    }

    private static void refused(UpPeer up, Path file, Class<? extends Report> moment) {
        assertThatThrownBy(() -> shareUntil(up, file, false, moment))
                .isInstanceOfSatisfying(
                        PeerException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.CONFLICT))
                .hasMessageContaining("was given up");
    }

    @Test
    void whatIsEndedBeforeOrWhileItIsPublishedLeavesNoName() throws Exception {
        Path theirs = Files.writeString(folder.resolve("theirs"), "of another Ann");
        Path early = Files.writeString(folder.resolve("early"), "never published");
        Path late = Files.writeString(folder.resolve("late"), "published for a moment");
        Path live = Files.writeString(folder.resolve("live"), "watched");
        Network.Peer other = network.inHome(
                "another", new Peers.Options(network.address(), null, "ann", null, null, true), PeerEvents.NONE);
        other.share(theirs).next(Report.Shared.class);
        try (UpPeer up = new UpPeer(network, "ann")) {
            refused(up, early, TaskReport.Taken.class);
            // That the name is another's is said when the index has the own one already.
            refused(up, late, Report.Said.class);
            shareUntil(up, live, true, TaskReport.Taken.class);
            assertThat(names()).containsExactly("ann/theirs");
            assertThat(up.tasks()).isEmpty();
        }
        try (UpPeer up = new UpPeer(network, "ann")) {
            assertThat(up.tasks()).isEmpty();
            up.peer().ask(new Request.Status(null), Report.class);
            assertThat(names()).containsExactly("ann/theirs");
        }
    }
}
