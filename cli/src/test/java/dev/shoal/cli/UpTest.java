package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionReport;
import dev.shoal.peer.SubscriptionWish;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import dev.shoal.transport.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A peer that stays up: what is handed to it, and what comes back when it is started again. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class UpTest {

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

    /** A peer that stays up in a home, and a command beside it. */
    private final class Up implements AutoCloseable {
        private final Network.Peer peer;
        private final Network.Job stay;

        Up(String home) throws Exception {
            peer = network.inHome(
                    home, new Peers.Options(network.address(), null, home, null, null, true), PeerEvents.NONE);
            stay = peer.begin(new TaskWish.Stay(null));
            stay.next(Report.Running.class);
        }

        List<TaskReport.Task> tasks() {
            return peer.ask(new TaskWish.ListTasks(null, "", "", 0, 100), TaskReport.Task.class);
        }

        TaskReport.Task awaitState(String state) {
            return Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .pollInterval(20, TimeUnit.MILLISECONDS)
                    .until(
                            () -> tasks().stream()
                                    .filter(task -> task.state().equals(state))
                                    .findFirst(),
                            found -> found.isPresent())
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

    private Terminal commands(String home) {
        return new Terminal(folder.resolve(home), folder);
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private List<String> online() {
        return looker.ask(new Request.ListNames(null, false), Report.Listed.class).stream()
                .map(Report.Listed::name)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private void awaitOnline(String... names) {
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .untilAsserted(() -> assertThat(online()).containsExactly(names));
    }

    @Test
    void whatIsHandedOverGoesOnAndComesBackWithoutBeingReadAgain() throws Exception {
        file("one", "the first");
        file("two", "the second");
        try (Up up = new Up("ann")) {
            Terminal.Ended shared = commands("ann").run("share", "one", "two");
            assertThat(shared.exit()).as(shared.err()).isEqualTo(ExitCode.DONE);
            assertThat(shared.out()).contains("ann/one is shared", "ann/two is shared", "shoal get shoal://");
            assertThat(shared.err())
                    .contains("goes on with it, also after a restart")
                    .doesNotContain("Ctrl-C");
            assertThat(commands("ann").run("share", "two", "--name", "private", "--stay", "--json", "--limit", "junk"))
                    .extracting(Terminal.Ended::exit)
                    .isEqualTo(ExitCode.USAGE);
            assertThat(up.tasks())
                    .extracting(TaskReport.Task::name, TaskReport.Task::state)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("ann/two", "sharing"),
                            org.assertj.core.groups.Tuple.tuple("ann/one", "sharing"));
            assertThat(up.peer.ask(new Request.Status(null, false), Report.class))
                    .as("how many there are, and none of them")
                    .hasSize(2)
                    .anyMatch(each -> each instanceof TaskReport.Up whole && whole.shares() == 2);
            Terminal.Ended status = commands("ann").run("status");
            assertThat(status.out()).contains("2 shares, 0 downloads", "ann/one", "limits", "process");
            assertThat(commands("ann").run("status", "--json").out())
                    .contains("\"type\":\"up\"", "\"type\":\"task\"", "\"state\":\"sharing\"");
        }
        awaitOnline();
        // It looks as it did: that the bytes are others can only be seen by reading them.
        Path one = folder.resolve("one");
        java.nio.file.attribute.FileTime time = Files.getLastModifiedTime(one);
        Files.writeString(one, "the FIRST", StandardOpenOption.WRITE);
        Files.setLastModifiedTime(one, time);
        try (Up up = new Up("ann")) {
            awaitOnline("ann/one", "ann/two");
            assertThat(up.tasks()).allMatch(task -> task.state().equals("sharing"));
            Network.Peer ben = network.peer("ben");
            assertThat(ben.get("ann/two", folder.resolve("got")).bytes()).isEqualTo(10);
            ben.service().close();
            Terminal.Ended stopped = commands("ann").run("stop", "two");
            assertThat(stopped.out()).contains("ann/two is not shared any more");
            awaitOnline("ann/one");
            assertThat(commands("ann").run("stop", "two").exit()).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(commands("ann").run("stop", "77").exit()).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(commands("ann").run("stop").exit()).isEqualTo(ExitCode.USAGE);
            assertThat(commands("ann").run("rm", "one").exit()).isEqualTo(ExitCode.DONE);
            assertThat(up.tasks()).isEmpty();
        }
        try (Up up = new Up("ann")) {
            assertThat(up.tasks()).isEmpty();
        }
    }

    @Test
    void whatHasChangedMeanwhileIsNotPublishedButForWhatIsWatched() throws Exception {
        file("still", "as it was");
        file("live", "version one");
        file("moved", "the same in another file");
        Files.createDirectory(folder.resolve("folder"));
        file("folder/inside", "in a folder");
        try (Up up = new Up("ann")) {
            assertThat(commands("ann").run("share", "still", "moved", "folder").exit())
                    .isEqualTo(ExitCode.DONE);
            Terminal.Ended watched = commands("ann").run("share", "live", "--watch");
            assertThat(watched.exit()).as(watched.err()).isEqualTo(ExitCode.DONE);
            assertThat(up.tasks()).hasSize(4);
        }
        Files.writeString(folder.resolve("still"), "something else by now");
        Files.writeString(folder.resolve("live"), "version two, longer");
        Path copy = Files.copy(folder.resolve("moved"), folder.resolve("copy"));
        Files.delete(folder.resolve("moved"));
        Files.move(copy, folder.resolve("moved"));
        try (Up up = new Up("ann")) {
            awaitOnline("ann/folder", "ann/live", "ann/moved");
            TaskReport.Task changed = up.awaitState("changed");
            assertThat(changed.name()).isEqualTo("ann/still");
            assertThat(changed.trouble()).contains("has changed since it was shared");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(version("ann/live")).isEqualTo(2));
            assertThat(version("ann/still")).isEqualTo(1);
            // Sharing it again publishes it, and takes the place of the one that stood still.
            assertThat(commands("ann").run("share", "still").exit()).isEqualTo(ExitCode.DONE);
            awaitOnline("ann/folder", "ann/live", "ann/moved", "ann/still");
            assertThat(up.tasks()).hasSize(4).noneMatch(task -> task.state().equals("changed"));
        }
    }

    private int version(String name) {
        return looker.ask(new Request.Describe(null, name), Report.Details.class)
                .getFirst()
                .version();
    }

    @Test
    void downloadsGoOnAfterARestartAndAreServedThen() throws Exception {
        Path target = folder.resolve("target");
        Network.Peer ben = network.peer("ben");
        Network.Job share = ben.share(file("data", "something to have"));
        share.next(Report.Shared.class);
        share.stop();
        try (Up up = new Up("ann")) {
            Terminal.Ended begun = commands("ann")
                    .run("get", "ben/data", "--detach", "-o", target.toString(), "--index", network.address());
            assertThat(begun.exit()).as(begun.err()).isEqualTo(ExitCode.DONE);
            assertThat(begun.err()).contains("The running peer goes on with it");
            assertThat(commands("ann").run("get", "ben/nothing").exit()).isEqualTo(ExitCode.NOT_FOUND);
            TaskReport.Task only = up.tasks().getFirst();
            assertThat(up.peer.ask(new TaskWish.PauseTask(null, only.id()), TaskReport.Task.class))
                    .singleElement()
                    .extracting(TaskReport.Task::paused)
                    .isEqualTo("by you");
        }
        share = ben.share(folder.resolve("data"));
        share.next(Report.Shared.class);
        try (Up up = new Up("ann")) {
            assertThat(commands("ann").run("status", "--once").out()).contains("ben/data", "paused");
            assertThat(target).doesNotExist();
            assertThat(commands("ann").run("resume", "ben/data").exit()).isEqualTo(ExitCode.DONE);
            up.awaitState("sharing");
            assertThat(target).hasContent("something to have");
        }
        share.stop();
        awaitOnline();
        try (Up up = new Up("ann")) {
            awaitOnline("ben/data");
            assertThat(network.peer("cid")
                            .get("ben/data", folder.resolve("third"))
                            .bytes())
                    .isEqualTo(17);
            assertThat(up.tasks()).singleElement().satisfies(task -> {
                assertThat(task.kind()).isEqualTo("download");
                assertThat(task.name()).isEqualTo("ben/data");
                assertThat(task.uploadedBytes()).isEqualTo(17);
            });
        }
    }

    @Test
    void subscriptionsAreKeptInStepAndWhoListensHearsOfEverything() throws Exception {
        Path live = file("live", "one");
        Network.Peer ben = network.peer("ben");
        Network.Job share = ben.begin(new Request.Share(null, List.of(live.toString()), null, "").watching(true));
        share.next(Report.Shared.class);
        Path copy = folder.resolve("copy");
        try (Up up = new Up("ann")) {
            up.peer.ask(
                    new SubscriptionWish.Subscribe(null, "ben/live", copy.toString(), true, null, null, true, false),
                    SubscriptionReport.Subscribed.class);
        }
        Files.writeString(live, "number two");
        share.next(Report.Shared.class);
        try (Up up = new Up("ann")) {
            Network.Job heard = up.peer.begin(new TaskWish.Listen(null));
            Awaitility.await().untilAsserted(() -> assertThat(copy).hasContent("number two"));
            up.peer.begin(new TaskWish.Begin(
                    new Request.Get(null, "ben/live", folder.resolve("other").toString(), false, false), true));
            assertThat(heard.next(TaskReport.Task.class).kind()).isEqualTo("download");
            assertThat(heard.next(Report.Got.class).name()).isEqualTo("ben/live");
            up.peer.ask(new TaskWish.End(null, List.of(), List.of("ben/live"), false), TaskReport.TaskEnded.class);
            heard.next(TaskReport.TaskEnded.class);
        }
    }

    @Test
    void onePeerStaysUpInAHomeAndDownEndsIt() throws Exception {
        assertThat(commands("ann").run("down").out()).contains("No peer of this home runs");
        // As kill -9 leaves them; by now another program may answer there.
        Home home = new Home(folder.resolve("ann")).create();
        SecretFile.write(home.webFile(), "http://127.0.0.1:1\nthe-token\n");
        SecretFile.write(home.pageFile(), "leads there");
        Terminal.Running up = commands("ann").begin("up", "--no-web", "--index", network.address(), "--user", "ann");
        up.await(java.util.regex.Pattern.compile("Up as ann"));
        Terminal.Ended none = commands("ann").run("page");
        assertThat(none.exit()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(none.err()).contains("runs without a page");
        assertThat(home.pageFile()).doesNotExist();
        Terminal.Ended second = commands("ann").run("up", "--port", "0");
        assertThat(second.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(second.err()).contains("runs already");
        assertThat(commands("ann").run("up", "--port", "0", "--no-web").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(commands("ann").run("up", "--open", "--no-web").exit()).isEqualTo(ExitCode.USAGE);
        Network.Peer other = network.inHome("ann", Peers.Options.CONFIGURED, PeerEvents.NONE);
        assertThat(other.refusal(new TaskWish.Stay(null))).hasMessageContaining("runs already, in process");
        assertThat(commands("ann").run("down").out()).contains("has ended");
        assertThat(up.end().exit()).isEqualTo(ExitCode.DONE);
        assertThat(Peers.isRunning(home)).isFalse();
    }

    /** These commands see no desktop, so each says so and prints the address. */
    @Test
    void itsPageIsOpenedOrItsAddressIsTold() throws Exception {
        Terminal.Running up =
                commands("ann").begin("up", "--open", "--port", "0", "--index", network.address(), "--user", "ann");
        String told = up.await(java.util.regex.Pattern.compile("No browser could be started: .* no desktop .*"));
        String entrance = told.replaceFirst(".*: (?=http)", "");
        Path page = folder.resolve("ann/page.html");
        assertThat(page).content().contains(entrance.replace("/?", "/#"));
        assertThat(commands("ann").run("page", "--print").out().strip()).isEqualTo(entrance);
        assertThat(commands("ann").run("page", "--json").out())
                .contains("\"type\":\"page\"", "\"opened\":false", "no desktop here", entrance);
        assertThat(commands("ann").run("up", "--open").out()).contains(entrance);
        Files.delete(page);
        Path inTheWay = Files.createFile(Files.createDirectory(page).resolve("file"));
        Terminal.Ended unwritten = commands("ann").run("page");
        assertThat(unwritten.exit()).isEqualTo(ExitCode.DONE);
        assertThat(unwritten.out()).contains("could be started", "page.html cannot be written", entrance);
        Files.delete(inTheWay);
        assertThat(commands("ann").run("down").exit()).isEqualTo(ExitCode.DONE);
        up.end();
        assertThat(page).doesNotExist();
        assertThat(commands("ann").run("page").exit()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void whatGoesOnByItselfNeedsAPeerThatStaysUp() throws Exception {
        Network.Peer host = network.peer("ann");
        assertThat(host.refusal(new TaskWish.ListTasks(null, "", "", 0, 1)).reason())
                .isEqualTo(Reason.NOT_FOUND);
        Network.Job share = host.begin(new TaskWish.Begin(
                new Request.Share(null, List.of(file("x", "x").toString()), null, ""), true));
        share.next(Report.Shared.class);
        assertThat(share.end()).isNotDone();
        PeerException refused = host.refusal(new TaskWish.Down(null));
        assertThat(refused).hasMessageContaining("as a part of another command");
        assertThat(commands("ann").run("stop", "x").err()).contains("as a part of another command");
        share.stop();
        assertThat(commands("bob").run("get", "x", "--detach").exit()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void theStatusIsToldWhileTheIndexIsAway() throws Exception {
        file("one", "the first");
        try (Up up = new Up("ann")) {
            assertThat(commands("ann").run("share", "one").exit()).isEqualTo(ExitCode.DONE);
            assertThat(up.tasks()).hasSize(1);
        }
        int port = network.index().address().getPort();
        network.index().close();
        try (Up up = new Up("ann")) {
            TaskReport.Task waiting = up.awaitState("waiting");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(up.tasks())
                            .allSatisfy(task -> assertThat(task.trouble()).contains("127.0.0.1:" + port)));
            assertThat(waiting.name()).isEqualTo("ann/one");
            Terminal.Ended status = commands("ann").run("status", "--index", network.address());
            assertThat(status.exit()).as(status.err()).isEqualTo(ExitCode.DONE);
            assertThat(status.out()).contains("not reachable", "waiting", "1 still to be taken up again");
            network.restartIndex(port);
            up.awaitState("sharing");
            awaitOnline("ann/one");
        }
    }

    @Test
    void manySharesAreListedByPagesAndByText() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            names.add(file("file-" + i, "content " + i).toString());
        }
        try (Up up = new Up("ann")) {
            up.peer
                    .begin(new TaskWish.Begin(new Request.Share(null, names, null, ""), true))
                    .end()
                    .join();
            Awaitility.await().untilAsserted(() -> assertThat(up.tasks()).hasSize(25));
            assertThat(up.peer.ask(new TaskWish.ListTasks(null, "share", "FILE-2", 2, 3), TaskReport.Task.class))
                    .extracting(TaskReport.Task::name)
                    .containsExactly("ann/file-22", "ann/file-21", "ann/file-20");
            assertThat(up.peer.ask(new TaskWish.ListTasks(null, "share", "FILE-2", 2, 3), TaskReport.Tasks.class))
                    .containsExactly(new TaskReport.Tasks(6));
            assertThat(up.peer.ask(new TaskWish.ListTasks(null, "download", "", 0, 3), TaskReport.Task.class))
                    .isEmpty();
        }
        try (Up up = new Up("ann")) {
            Awaitility.await().untilAsserted(() -> assertThat(online()).hasSize(25));
            assertThat(up.tasks()).allMatch(task -> task.state().equals("sharing"));
        }
    }
}
