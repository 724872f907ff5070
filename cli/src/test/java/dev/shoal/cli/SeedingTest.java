package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Configuration;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Setting;
import dev.shoal.peer.SubscriptionReport;
import dev.shoal.peer.SubscriptionWish;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a peer that stays up ends what it downloaded, and when it does not begin to. */
@Timeout(60)
class SeedingTest {

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

    /** A peer that stays up in the home of Ann, for as long as something is done with it. */
    private final class Up implements AutoCloseable {
        private final Network.Peer peer = network.inHome(
                "ann", new Peers.Options(network.address(), null, "ann", null, null, true), PeerEvents.NONE);
        private final Network.Job stay = peer.begin(new TaskWish.Stay(null));

        Up() throws Exception {
            stay.next(Report.Running.class);
        }

        List<SubscriptionReport.Followed> followed() {
            return peer.ask(new SubscriptionWish.ListSubscriptions(null, false), SubscriptionReport.Followed.class);
        }

        List<String> warnings() {
            return peer
                    .ask(new TaskWish.ShowActivity(null, "", List.of(), "WARNING", 0, 100), TaskReport.Happened.class)
                    .stream()
                    .map(TaskReport.Happened::text)
                    .toList();
        }

        TaskReport.Task await(String name, String state) {
            return Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .until(
                            () -> peer.ask(new TaskWish.ListTasks(null, "", name, 0, 10), TaskReport.Task.class),
                            found -> found.size() == 1
                                    && found.getFirst().state().equals(state))
                    .getFirst();
        }

        @Override
        public void close() {
            peer.service().leave();
            stay.cancellation().cancel();
            stay.end().join();
            peer.service().close();
        }
    }

    private void configure(Setting setting, String value) {
        Configuration.load(new Home(folder.resolve("ann")).configurationFile()).with(setting, value);
    }

    private Terminal.Ended ann(String... arguments) {
        return new Terminal(folder.resolve("ann"), folder).run(arguments);
    }

    @Test
    void whatWasSentOftenEnoughIsDoneAndStaysSoWhileOwnSharesGoOn() throws Exception {
        Path data = Files.write(folder.resolve("data"), new byte[100_000]);
        Path own = Files.write(folder.resolve("own"), new byte[50_000]);
        Network.Peer ben = network.peer("ben");
        Network.Job bensShare = ben.share(data);
        bensShare.next(Report.Shared.class);
        Network.Peer cyd = network.peer("cyd");
        Files.createDirectories(folder.resolve("ann"));
        configure(Setting.SEED_RATIO, "2");
        try (Up up = new Up()) {
            assertThat(ann("share", own.toString()).exit()).isEqualTo(ExitCode.DONE);
            assertThat(ann("get", "ben/data", "-o", "copy", "--detach").exit()).isEqualTo(ExitCode.DONE);
            up.await("ben/data", "sharing");
            bensShare.cancellation().cancel();
            bensShare.end().join();
            cyd.get("ben/data", folder.resolve("first"));
            cyd.get("ann/own", folder.resolve("own-1"));
            // It would pass on what it has got.
            cyd.service().close();
        }
        // What was sent before a restart counts.
        try (Up up = new Up()) {
            up.await("ben/data", "sharing");
            Network.Peer dan = network.peer("dan");
            dan.get("ben/data", folder.resolve("second"));
            dan.get("ann/own", folder.resolve("own-2"));
            assertThat(up.await("ben/data", "done").trouble()).contains("sent 2 times");
            up.await("ann/own", "sharing");
            assertThat(ann("status").out()).contains("done: sent 2 times, as seed-ratio says");
        }
        try (Up up = new Up()) {
            assertThat(up.await("ben/data", "done").trouble()).contains("sent 2 times");
            up.await("ann/own", "sharing");
            assertThat(folder.resolve("copy")).exists();
        }
    }

    @Test
    void aDownloadThatWouldLeaveTooLittleFreeWaitsUntilItDoesNot() throws Exception {
        Path data = Files.write(folder.resolve("data"), new byte[100_000]);
        Network.Peer ben = network.peer("ben");
        ben.share(data).next(Report.Shared.class);
        Files.createDirectories(folder.resolve("ann"));
        configure(Setting.KEEP_FREE, "900000TiB");
        try (Up up = new Up()) {
            Terminal.Ended attached = ann("get", "ben/data", "-o", "now");
            assertThat(attached.exit()).isEqualTo(ExitCode.DISK);
            assertThat(attached.err()).contains("are to stay free on that disk", "shoal config keep-free");
            assertThat(ann("get", "ben/data", "-o", "copy", "--detach").exit()).isEqualTo(ExitCode.DONE);
            assertThat(up.await("ben/data", "waiting").trouble()).contains("are to stay free on that disk");
            try (var files = Files.list(folder)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .noneMatch(name -> name.startsWith("copy") || name.startsWith("now"));
            }
            assertThat(ann("resume", "ben/data").exit()).as("it tries at once").isEqualTo(ExitCode.DONE);
            up.await("ben/data", "waiting");

            configure(Setting.KEEP_FREE, "0");

            up.await("ben/data", "sharing");
            assertThat(Files.readAllBytes(folder.resolve("copy"))).isEqualTo(Files.readAllBytes(data));
        }
    }

    @Test
    void whatIsFollowedWaitsForRoomAsWell() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "version one");
        Path made = Files.createDirectory(folder.resolve("made"));
        Path inside = Files.writeString(made.resolve("inside"), "one");
        Network.Peer ben = network.peer("ben");
        ben.share(file).next(Report.Shared.class);
        ben.share(made).next(Report.Shared.class);
        Files.createDirectories(folder.resolve("ann"));
        try (Up up = new Up()) {
            follow("data");
            follow("made");
            configure(Setting.KEEP_FREE, "900000TiB");
            Files.writeString(file, "version two");
            Files.writeString(inside, "two");
            ben.share(file).next(Report.Shared.class);
            ben.share(made).next(Report.Shared.class);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(up.followed())
                            .allSatisfy(each -> assertThat(each.state()).isEqualTo("waiting"))
                            .allSatisfy(each -> assertThat(each.trouble()).contains("are to stay free on that disk")));
            assertThat(ann("subs").out()).contains("are to stay free on that disk");
            assertThat(folder.resolve("my data")).hasContent("version one");

            // Whoever waits looks at once, and does not say the same again with other figures.
            configure(Setting.KEEP_FREE, "800000TiB");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(up.followed())
                            .allSatisfy(each -> assertThat(each.trouble()).contains("879609303 GB")));
            assertThat(up.warnings()).hasSize(2).allMatch(warning -> warning.startsWith("Following ben/"));

            configure(Setting.KEEP_FREE, "0");

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(up.followed())
                            .allSatisfy(each -> assertThat(each.state()).isEqualTo("current")));
            assertThat(folder.resolve("my data")).hasContent("version two");
            assertThat(folder.resolve("my made/inside")).hasContent("two");
        }
    }

    private void follow(String name) {
        Terminal.Ended followed = ann("sub", "ben/" + name, "-o", "my " + name, "-q");
        assertThat(followed.exit()).as(followed.err()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void theSettingsTakeWhatTheySay() {
        for (List<String> wrong : List.of(
                List.of("seed-for", "a while"),
                List.of("seed-for", "7"),
                List.of("seed-ratio", "-1"),
                List.of("seed-ratio", "x"),
                List.of("keep-free", "much"),
                List.of("keep-free", "1000000TiB"))) {
            Terminal.Ended refused = ann("config", wrong.getFirst(), wrong.getLast());
            assertThat(refused.exit()).as(wrong.toString()).isEqualTo(ExitCode.USAGE);
            assertThat(refused.err()).contains("is no value for " + wrong.getFirst());
        }
        assertThat(ann("config").out()).contains("seed-for", "seed-ratio", "keep-free", "1GiB");
    }
}
