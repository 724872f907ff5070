package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionReport;
import dev.shoal.peer.SubscriptionWish;
import dev.shoal.store.SubscribedFile.Choice;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands about followed names ask for and say. */
class SubscriptionCommandsTest {

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void start() {
        world = new World(folder);
        world.services.answer = (request, reports, cancellation) -> {};
    }

    @Test
    void subSaysWhatIsFollowedAndWhere() {
        world.services.answer = (request, reports, cancellation) -> {
            reports.accept(new SubscriptionReport.Subscribed("lab/x", "/place/x", 7, true));
            reports.accept(new SubscriptionReport.Updated(
                    "lab/x", "/place/x", 7, "content", 2_000_000, 1_000_000, 1_000_000, 500, "/place/old"));
            reports.accept(new SubscriptionReport.Conflict("lab/x", "/place/x", 8, "/place/copy", "It was edited."));
        };
        assertThat(world.run("sub", "lab/x", "-o", "y", "--keep", "3", "--limit", "2MiB/s"))
                .isZero();
        assertThat(world.services.requests)
                .containsExactly(new SubscriptionWish.Subscribe(
                        null, "lab/x", folder.resolve("y").toString(), true, 3, "2MiB/s", true, true));
        assertThat(world.services.choices.getFirst().stays()).isTrue();
        assertThat(world.screen.results)
                .contains("lab/x is followed from now on: version 7, in /place/x")
                .anyMatch(line -> line.contains("version 7 of lab/x") && line.contains("/place/old"));
        assertThat(world.screen.remarks).contains("Following it until Ctrl-C.", "Warning: lab/x: It was edited.");
    }

    @Test
    void whereAPeerRunsItGoesOnWithIt() {
        world.services.peerRuns = true;
        assertThat(world.run("sub", "lab/x")).isZero();
        assertThat(world.run("sub", "lab/x", "--no-wait")).isZero();
        assertThat(world.services.requests)
                .containsExactly(
                        new SubscriptionWish.Subscribe(
                                null, "lab/x", folder.toString(), false, null, null, true, false),
                        new SubscriptionWish.Subscribe(
                                null, "lab/x", folder.toString(), false, null, null, false, false));
        assertThat(world.run("sub", "lab/x", "--keep", "-1")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void subsListsThem() {
        world.services.answer = (request, reports, cancellation) -> reports.accept(followed());
        assertThat(world.run("subs")).isZero();
        assertThat(world.run("subs", "--follow")).isZero();
        assertThat(world.run("subs", "-q")).isZero();
        assertThat(world.run("subs", "--json")).isZero();
        assertThat(world.services.requests)
                .startsWith(
                        new SubscriptionWish.ListSubscriptions(null, false),
                        new SubscriptionWish.ListSubscriptions(null, true));
        List<String> results = world.screen.results;
        assertThat(results.get(1)).contains("lab/x", "6", "7", "behind", "2 min ago", "/place/x");
        assertThat(results).contains("lab/x");
        assertThat(results.getLast()).contains("\"type\":\"followed\"", "\"kept\":[5,4]", "\"state\":\"behind\"");
    }

    private static Report followed() {
        return new SubscriptionReport.Followed(
                "lab/x",
                "/place/x",
                6,
                7,
                "behind",
                null,
                World.millisAgo(120),
                1_000_000,
                2,
                null,
                List.of(5, 4),
                List.of());
    }

    @Test
    void theOthersAskForWhatTheySay() {
        assertThat(world.run("unsub", "x")).isZero();
        assertThat(world.run("restore", "x")).isZero();
        assertThat(world.run("restore", "x", "3")).isZero();
        assertThat(world.run("resolve", "x", "--mine")).isZero();
        assertThat(world.run("resolve", "x", "--theirs")).isZero();
        assertThat(world.run("resolve", "x", "--both")).isZero();
        assertThat(world.services.requests)
                .containsExactly(
                        new SubscriptionWish.Unsubscribe(null, "x"),
                        new SubscriptionWish.Restore(null, "x", 0),
                        new SubscriptionWish.Restore(null, "x", 3),
                        new SubscriptionWish.Resolve(null, "x", Choice.MINE),
                        new SubscriptionWish.Resolve(null, "x", Choice.THEIRS),
                        new SubscriptionWish.Resolve(null, "x", Choice.BOTH));
        assertThat(world.run("resolve", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("resolve", "x", "--mine", "--both")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("restore", "x", "-3")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void getFollowsWhatItGotWhereThatIsWanted() {
        world.services.answer = (request, reports, cancellation) -> {
            if (request instanceof Request.Get) {
                reports.accept(new Report.Got("lab/x", "/place/x", "content", 10, 0, 0, 10, 5, List.of()));
            }
        };
        assertThat(world.run("get", "lab/x")).isZero();
        assertThat(world.services.requests).hasSize(1);
        assertThat(world.run("get", "lab/x", "--subscribe")).isZero();
        assertThat(world.services.requests.getLast())
                .isEqualTo(new SubscriptionWish.Subscribe(
                        null, "lab/x", "/place/x", true, null, null, List.of(), List.of(), false, false, true));
        assertThat(world.run("get", "lab/x", "--subscribe", "--seed")).isZero();
        assertThat(world.services.requests.getLast())
                .isEqualTo(
                        new SubscriptionWish.Subscribe(null, "lab/x", folder.toString(), true, null, null, true, true));
        assertThat(world.run("get", "lab/x/part", "--subscribe")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("get", "lab/x@3", "--subscribe")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("get", "lab/x", "--subscribe", "-o", "-")).isEqualTo(ExitCode.USAGE);
        int before = world.services.requests.size();
        assertThat(world.run("config", "subscribe", "always")).isZero();
        assertThat(world.run("get", "lab/x")).isZero();
        assertThat(world.services.requests).hasSize(before + 2);
        assertThat(world.run("get", "lab/x@3")).isZero();
        assertThat(world.services.requests).hasSize(before + 3);
        assertThat(world.run("config", "subscribe", "ask")).isZero();
        assertThat(world.run("get", "lab/x")).isZero();
        assertThat(world.services.requests).hasSize(before + 4);
        world.terminal = true;
        assertThat(world.typing("n\n").run("get", "lab/x")).isZero();
        assertThat(world.services.requests).hasSize(before + 5);
        assertThat(world.typing("y\n").run("get", "lab/x")).isZero();
        assertThat(world.services.requests).hasSize(before + 7);
        assertThat(world.screen.remarks).anyMatch(line -> line.startsWith("Follow lab/x, so that"));
        assertThat(world.run("config", "subscribe", "perhaps")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("config", "keep", "many")).isEqualTo(ExitCode.USAGE);
    }
}
