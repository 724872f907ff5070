package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a start of a peer that stays up does not do, and what one task does not do to another. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class UpAgainTest {

    @TempDir
    Path folder;

    private Network network;

    @BeforeEach
    void start() {
        network = new Network(folder);
    }

    @AfterEach
    void stop() {
        network.close();
    }

    /** A peer that stays up in the home "ann". */
    private final class Up implements AutoCloseable {
        private final Network.Peer peer;
        private final Network.Job stay;

        Up() throws Exception {
            this(network.address(), null);
        }

        Up(String index, Peers.@Nullable OwnIndex own) throws Exception {
            peer = network.inHome("ann", new Peers.Options(index, own, "ann", null, null, true), PeerEvents.NONE);
            stay = peer.begin(new TaskWish.Stay(null));
            stay.next(Report.Running.class);
        }

        void share(boolean watched, Path... paths) {
            List<String> texts = List.of(paths).stream().map(Path::toString).toList();
            // Not asked, which ends it as soon as it hears that it stands.
            peer.begin(new TaskWish.Begin(new Request.Share(null, texts, null, "").watching(watched), true))
                    .end()
                    .join();
        }

        List<TaskReport.Task> tasks() {
            return peer.ask(new TaskWish.ListTasks(null, "", "", 0, 100), TaskReport.Task.class);
        }

        TaskReport.Task await(String name, String state) {
            return Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .pollInterval(20, TimeUnit.MILLISECONDS)
                    .until(
                            () -> tasks().stream()
                                    .filter(task -> task.name().equals(name)
                                            && task.state().equals(state))
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
        }

        @Override
        public void close() {
            peer.service().leave();
            stay.cancellation().cancel();
            stay.end().join();
            peer.service().close();
        }
    }

    private Terminal commands() {
        return new Terminal(folder.resolve("ann"), folder);
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private Path folderWithAFile(String name) throws Exception {
        Path made = Files.createDirectory(folder.resolve(name));
        Files.writeString(made.resolve("inside"), "in a folder");
        return made;
    }

    @Test
    void aWatchedFileThatIsHeldOpenHoldsUpNothingAndIsKept() throws Exception {
        Path live = file("live", "version one");
        Path made = folderWithAFile("folder");
        try (Up up = new Up()) {
            up.share(true, live);
            up.share(false, made);
            assertThat(commands().run("limit", "folder", "1MiB/s").exit()).isEqualTo(ExitCode.DONE);
            assertThat(commands().run("limit", "live", "1MiB/s").exit()).isEqualTo(ExitCode.DONE);
        }
        try (FileChannel out = FileChannel.open(live, StandardOpenOption.WRITE)) {
            try (Up up = new Up()) {
                assertThat(up.await("ann/folder", "sharing").limitBytesPerSecond())
                        .as("a limit of its own lasts as well")
                        .isEqualTo(1 << 20);
                assertThat(up.tasks())
                        .filteredOn(task -> task.name().equals("ann/live"))
                        .extracting(TaskReport.Task::state)
                        .containsExactly("waiting");
            }
            assertThat(out.isOpen()).isTrue();
        }
        try (Up up = new Up()) {
            assertThat(up.await("ann/live", "sharing").limitBytesPerSecond()).isEqualTo(1 << 20);
            assertThat(up.tasks()).hasSize(2);
            assertThat(commands().run("limit", "live", "unlimited").exit()).isEqualTo(ExitCode.DONE);
        }
        try (Up up = new Up()) {
            assertThat(up.await("ann/live", "sharing").limitBytesPerSecond())
                    .as("nor does a limit come back that was taken away")
                    .isEqualTo(-1);
        }
    }

    @Test
    void whatWasTakenAwayMeanwhileIsNotPublishedAgain() throws Exception {
        try (Up up = new Up()) {
            up.share(true, file("live", "version one"));
        }
        // As from another machine with the same key, which knows of no tasks.
        Path tasks = folder.resolve("ann/tasks");
        Path aside = Files.move(tasks, folder.resolve("aside"));
        removed("ann/live");
        Files.move(aside, tasks);
        file("live", "version two");
        try (Up up = new Up()) {
            assertThat(up.await("ann/live", "changed").trouble()).contains("was taken away");
            assertThat(up.peer.ask(new Request.ListNames(null, true), Report.Listed.class))
                    .isEmpty();
        }
    }

    private void removed(String... names) {
        List<String> words = new ArrayList<>(List.of("rm", "--index", network.address()));
        words.addAll(List.of(names));
        Terminal.Ended removed = commands().run(words.toArray(String[]::new));
        assertThat(removed.exit()).as(removed.err()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void whatIsTakenAwayWhileNoPeerStaysUpIsNotSharedAgain() throws Exception {
        try (Up up = new Up()) {
            up.share(false, file("one", "taken away"), file("other", "stays"));
        }
        removed("ann/one");
        try (Up up = new Up()) {
            up.await("ann/other", "sharing");
            assertThat(up.tasks()).extracting(TaskReport.Task::name).containsExactly("ann/other");
        }
        removed("--all");
        try (Up up = new Up()) {
            assertThat(up.tasks()).isEmpty();
        }
    }

    private static Peers.OwnIndex own(IndexServer index, String address) {
        return new Peers.OwnIndex(address, List.of(), index.id().fingerprint());
    }

    @Test
    void whatWasSharedAtAnotherIndexIsNotPublishedAtThisOne() throws Exception {
        try (Up up = new Up(network.address(), own(network.index(), network.address()))) {
            up.share(true, file("live", "version one"));
        }
        try (IndexServer other = IndexServer.start(new IndexConfiguration(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder.resolve("other"),
                Optional.empty(),
                IndexSettings.DEFAULT))) {
            String address = "127.0.0.1:" + other.address().getPort();
            try (Up up = new Up(address, own(other, address))) {
                assertThat(up.await("ann/live", "failed").trouble()).contains("there is another now");
                assertThat(up.peer.ask(new Request.ListNames(null, true), Report.Listed.class))
                        .isEmpty();
            }
        }
    }

    @Test
    void aFolderThatWasDownloadedIsNotDownloadedIntoItself() throws Exception {
        Network.Peer ben = network.peer("ben");
        Network.Job share = ben.share(folderWithAFile("theirs"));
        share.next(Report.Shared.class);
        Path got = folder.resolve("got");
        Request.Get get = new Request.Get(null, "ben/theirs", got.toString(), false, false);
        try (Up up = new Up()) {
            up.peer.ask(new TaskWish.Begin(get, true), TaskReport.Taken.class);
            up.await("ben/theirs", "sharing");
        }
        try (Up up = new Up()) {
            up.await("ben/theirs", "sharing");
            assertThat(got.toFile().list()).containsExactly("inside");
        }
        // As if the process was killed when the folder was there, and the list did not say so yet.
        Path tasks = folder.resolve("ann/tasks");
        List<String> lines = Files.readAllLines(tasks);
        Files.write(
                tasks,
                List.of(lines.stream()
                        .filter(line -> !line.isEmpty())
                        .findFirst()
                        .orElseThrow()));
        try (Up up = new Up()) {
            up.await("ben/theirs", "sharing");
            assertThat(got.toFile().list()).containsExactly("inside");
        }
        share.stop();
    }

    @Test
    void oneTaskDoesNotEndAnother() throws Exception {
        Network.Peer ben = network.peer("ben");
        Network.Job share = ben.share(file("data", "something to have"));
        share.next(Report.Shared.class);
        share.stop();
        Request.Get get =
                new Request.Get(null, "ben/data", folder.resolve("got").toString(), false, false);
        try (Up up = new Up()) {
            up.peer.ask(new TaskWish.Begin(get, true), TaskReport.Taken.class);
            Network.Job attached = up.peer.begin(new TaskWish.Begin(get, false));
            attached.next(TaskReport.Taken.class);
            attached.cancellation().cancel();
            attached.end().handle((done, failed) -> true).join();
            assertThat(up.tasks()).extracting(TaskReport.Task::name).containsExactly("ben/data");
            up.share(false, file("one", "the first"));
            assertThat(commands().run("share", "one", "nothing").exit()).isNotEqualTo(ExitCode.DONE);
            up.await("ann/one", "sharing");
            assertThat(up.tasks()).hasSize(2);
        }
    }
}
