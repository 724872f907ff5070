package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a command hears of the process that runs its home's peer, and of there being none. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AttachedCommandsTest {

    @TempDir
    Path folder;

    private Network network;
    private Network.Peer host;

    @BeforeEach
    void start() {
        network = new Network(folder);
        host = peer(network.address(), "alice", "1MiB/s");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void optionsThatTheRunningPeerDoesNotHaveAreRefused() throws Exception {
        host.share(file("first")).next(Report.Shared.class);
        assertRefused(peer(null, "zed", null), "--user zed", "with alice.");
        assertRefused(peer(null, null, "2MiB/s"), "--upload-limit 2MiB/s", "with 1MiB/s.");
        Peers.Options slow = new Peers.Options(null, null, null, null, "5MiB/s", false);
        assertRefused(network.inHome("home", slow, PeerEvents.NONE), "--download-limit 5MiB/s", "with unlimited.");
        Network.Peer same = peer(null, "alice", "1024KiB/s");
        assertThat(same.share(file("second")).next(Report.Shared.class).name()).isEqualTo("alice/second");
    }

    @Test
    void theLimitThatHoldsIsTheOneThatWasConfiguredSince() throws Exception {
        host.share(file("first")).next(Report.Shared.class);
        change("upload-limit", "2MiB/s");
        change("download-limit", "3MiB/s");
        assertRefused(peer(null, null, "1MiB/s"), "--upload-limit 1MiB/s", "with 2MiB/s.");
        Peers.Options unlimited = new Peers.Options(null, null, null, null, "unlimited", false);
        assertRefused(network.inHome("home", unlimited, PeerEvents.NONE), "--download-limit unlimited", "with 3MiB/s.");
        Network.Peer same = peer(null, null, "2048KiB/s");
        assertThat(same.share(file("second")).next(Report.Shared.class).name()).isEqualTo("alice/second");
        change("upload-limit", "");
        assertRefused(same, "--upload-limit 2048KiB/s", "with unlimited.");
    }

    @Test
    void whoTakesOverWithoutTheIndexHearsThatItsProcessHasEnded() throws Exception {
        host.share(file("first")).next(Report.Shared.class);
        Network.Job attached = peer(null, null, null).share(file("second"));
        attached.next(Report.Shared.class);
        host.service().close();
        CompletionException failed = catchThrowableOfType(
                CompletionException.class, () -> attached.end().join());
        assertThat(failed.getCause())
                .isInstanceOfSatisfying(
                        PeerException.class, cause -> assertThat(cause.reason()).isEqualTo(Reason.UNREACHABLE));
        assertThat(failed).hasMessageContaining("has ended");
    }

    @Test
    void whoHandedSomethingOverHearsThatNobodyGoesOnWithIt() throws Exception {
        Network.Job share = host.share(file("first"));
        share.next(Report.Shared.class);
        share.stop();
        Request.Get get =
                new Request.Get(null, "alice/first", folder.resolve("got").toString(), false, false);
        Network.Job attached;
        try (UpPeer up = new UpPeer(network, "ann")) {
            attached = network.inHome("ann", Peers.Options.CONFIGURED, PeerEvents.NONE)
                    .begin(new TaskWish.Begin(get, false));
            assertThat(attached.next(TaskReport.Taken.class).id())
                    .isEqualTo(up.tasks().getFirst().id());
        }
        assertThat(attached.next(TaskReport.Taken.class).id()).isEqualTo(TaskReport.Taken.NOBODY);
        attached.cancellation().cancel();
        attached.end().handle((done, failed) -> true).join();
    }

    @Test
    void thatNoIndexIsConfiguredIsStillAMistakeWhereNoProcessEnded() {
        assertThat(peer(null, null, null).refusal(new Request.Status(null)).reason())
                .isEqualTo(Reason.USAGE);
    }

    @Test
    void theStatusOfAPeerThatDoesNotRunTellsWhetherItsIndexIsThere() {
        assertThat(Peers.isRunning(new Home(folder.resolve("home")))).isFalse();
        assertThat(state().indexReachable()).isTrue();
        network.index().close();
        assertThat(state().indexReachable()).isFalse();
    }

    @Test
    void aShellGoesByTheNameOfThePeerThatRuns() throws Exception {
        host.share(file("first")).next(Report.Shared.class);
        Terminal.Ended ended = shell("U\nR " + file("second") + "\nQ\n");
        assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
        assertThat(ended.err())
                .contains("This home's peer runs already as alice.")
                .doesNotContain("shoal:");
        assertThat(ended.out()).contains("alice/second is shared").doesNotContain("Your name");
        assertThat(shell("U\n", "--user", "alice").exit()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void whoeverHasAShellOpenIsOnlineWithoutSharingAnything() {
        Terminal.Ended ended = shell("U\nQ\n", "--user", "visible");
        assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
        assertThat(ended.out()).contains("visible");
        assertThat(new Terminal(folder.resolve("other"), folder)
                        .run("who", "--index", network.address())
                        .out())
                .isEmpty();
    }

    @Test
    void aShellThatWantsAnotherPeerThanRunsIsRefusedOnce() throws Exception {
        host.share(file("first")).next(Report.Shared.class);
        for (List<String> other : List.of(List.of("--user", "bob"), List.of("--upload-limit", "3MiB/s"))) {
            Terminal.Ended ended = shell("U\nO\nU\n", other.toArray(String[]::new));
            assertThat(ended.exit()).isEqualTo(ExitCode.USAGE);
            assertThat(ended.err().lines()).singleElement().asString().contains(String.join(" ", other));
            assertThat(ended.out()).isEmpty();
        }
    }

    @Test
    void aShellWithoutARunningPeerAsksForTheName() {
        Terminal.Ended ended = shell("zed\nQ\n");
        assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
        assertThat(ended.err()).doesNotContain("runs already");
    }

    @Test
    void aRequestThatTheRunningPeerDoesNotKnowIsAnswered() throws Exception {
        host.share(file("first")).next(Report.Shared.class);
        try (SocketChannel channel = SocketChannel.open(address())) {
            channel.write(StandardCharsets.UTF_8.encode("{\"request\":{\"type\":\"Dance\"}}\n"));
            BufferedReader answer = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            assertThat(answer.readLine()).contains("\"Alive\"");
            assertThat(answer.readLine()).contains("\"FAILED\"").contains("another version");
        }
    }

    @Test
    void aRequestIsTakenAtOnceAndSignsOfLifeComeAsLongAsItLasts() throws Exception {
        host.share(file("first")).next(Report.Shared.class);
        try (SocketChannel channel = SocketChannel.open(address())) {
            String request =
                    "{\"request\":{\"type\":\"Share\",\"paths\":[\"" + file("second") + "\"],\"note\":\"\"}}\n";
            channel.write(StandardCharsets.UTF_8.encode(request));
            BufferedReader answer = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            String pid = "\"process\":" + ProcessHandle.current().pid();
            assertThat(answer.readLine()).contains("\"Alive\"", pid);
            assertThat(answer.lines().filter(line -> line.contains("\"Alive\"")).limit(2))
                    .allMatch(line -> line.contains(pid))
                    .hasSize(2);
        }
    }

    @Test
    void aPeerThatIsStoppedIsToldAndNotWaitedFor() throws Exception {
        Program.needs(Program.succeeds("kill", "-l"), "signals");
        try (Program program = Program.start(
                folder.resolve("stopped"),
                Program.java(),
                "share",
                file("third").toString(),
                "--index",
                network.address())) {
            program.await(Pattern.compile("Serving until"));
            Terminal other = new Terminal(folder.resolve("stopped"), folder);
            String pid = Long.toString(program.pid());
            assertThat(Program.succeeds("kill", "-STOP", pid)).isTrue();
            Terminal.Ended ended = other.run("status");
            assertThat(ended.exit()).isEqualTo(ExitCode.FAILED);
            assertThat(ended.err()).contains("process " + pid, "stopped (Ctrl-Z)");
            assertThat(Program.succeeds("kill", "-CONT", pid)).isTrue();
            assertThat(other.run("status").exit()).isEqualTo(ExitCode.DONE);
        }
    }

    @Test
    void aRunningPeerThatDoesNotAnswerIsGivenUp() throws Exception {
        Files.createDirectories(folder.resolve("home"));
        try (ServerSocketChannel deaf =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address())) {
            Thread.ofVirtual().start(() -> hangUp(deaf));
            PeerException refused = host.refusal(new Request.ListNames(null, false));
            assertThat(refused.reason()).isEqualTo(Reason.FAILED);
            assertThat(refused).hasMessageContaining("another version");
        }
    }

    /** Takes connections and ends them, until it is closed itself. */
    private static void hangUp(ServerSocketChannel deaf) {
        try {
            while (true) {
                deaf.accept().close();
            }
        } catch (IOException e) {
            assertThat(deaf.isOpen()).isFalse();
        }
    }

    private UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(new Home(folder.resolve("home")).socketFile());
    }

    private Terminal.Ended shell(String lines, String... options) {
        List<String> words = new ArrayList<>(List.of("shell", "--index", network.address()));
        words.addAll(List.of(options));
        return new Terminal(folder.resolve("home"), folder).typing(lines).run(words.toArray(String[]::new));
    }

    private void change(String key, String value) {
        host.ask(new Request.Configure(key, value), Report.class);
    }

    private Report.State state() {
        return host.ask(new Request.Status(null), Report.State.class).getFirst();
    }

    private Network.Peer peer(@Nullable String index, @Nullable String user, @Nullable String uploadLimit) {
        return network.inHome("home", new Peers.Options(index, null, user, uploadLimit, null, false), PeerEvents.NONE);
    }

    private Path file(String name) throws Exception {
        return Files.writeString(folder.resolve(name), name);
    }

    private static void assertRefused(Network.Peer peer, String wanted, String own) {
        PeerException refused = peer.refusal(new Request.ListNames(null, false));
        assertThat(refused.reason()).isEqualTo(Reason.USAGE);
        assertThat(refused)
                .hasMessageContaining(wanted)
                .hasMessageContaining(own)
                .hasMessageContaining("process");
    }
}
