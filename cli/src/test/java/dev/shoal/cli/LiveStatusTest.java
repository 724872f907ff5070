package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is drawn of a peer that stays up, and what the commands about it say. */
class LiveStatusTest {

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void start() {
        world = new World(folder);
    }

    @Test
    void inATerminalItIsDrawnAgainUntilThePersonHasEnough() {
        world.screen.frameRows = 5;
        world.services.peerRuns = true;
        world.services.answer = (request, reports, cancellation) -> {
            reports.accept(new TaskReport.Up(7, World.millisAgo(60), "unlimited", "2MiB/s", 1, 9, 0, 2));
            for (int i = 0; i < 9; i++) {
                reports.accept(task(i, TaskReport.DOWNLOAD, "downloading", null));
            }
            if (!world.screen.frames.isEmpty()) {
                world.services.peerRuns = false;
            }
        };
        assertThat(world.run("status")).isZero();
        assertThat(world.screen.frames).hasSize(2).allSatisfy(frame -> {
            assertThat(frame).hasSize(5);
            assertThat(frame.get(1)).contains("unlimited up, 2MiB/s down");
            assertThat(frame.get(3)).contains("2 download links");
            assertThat(frame.getLast()).contains("lines more").contains("--once");
        });
        assertThat(world.screen.results).isEmpty();
    }

    @Test
    void elsewhereAndWithOnceItIsPrintedOnce() {
        world.services.peerRuns = true;
        AtomicInteger asked = new AtomicInteger();
        world.services.answer = (request, reports, cancellation) -> {
            asked.incrementAndGet();
            reports.accept(task(1, TaskReport.SHARE, "sharing", null));
            reports.accept(task(2, TaskReport.DOWNLOAD, "waiting", "Nobody has\u001b it."));
        };
        assertThat(world.run("status")).isZero();
        world.screen.frameRows = 24;
        assertThat(world.run("status", "--once")).isZero();
        assertThat(world.run("status", "--json")).isZero();
        assertThat(asked).hasValue(3);
        assertThat(world.screen.frames).isEmpty();
        assertThat(world.screen.results)
                .anyMatch(line -> line.contains("lab/1") && line.contains("sharing") && line.contains("/place"))
                .anyMatch(line -> line.contains("lab/2") && line.contains("50 %") && line.contains("waiting: Nobody"))
                .anyMatch(line -> line.contains("\"type\":\"task\"") && line.contains("\"trouble\":\"Nobody"))
                .noneMatch(line -> line.contains("\u001b"));
    }

    @Test
    void aFrameIsDrawnOverTheOneBeforeAndWhatIsTooWideIsCut() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Screen screen = new StreamScreen(out, err, true, true, () -> 6, 4, Paint.NONE);
        assertThat(screen.frameRows()).isEqualTo(3);
        screen.frame(List.of("one", "two"));
        screen.frame(List.of("much too wide", "2", "3", "4"));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("\u001b[?7l\u001b[Jone\ntwo\n\u001b[?7h"
                        + "\u001b[?7l\u001b[2F\u001b[Jmuch too wide\n2\n3\n\u001b[?7h");
        assertThat(new StreamScreen(out, err, false, true, () -> 6, 4, Paint.NONE).frameRows())
                .isZero();
    }

    @Test
    void shareAndGetAreHandedOverWhereAPeerRuns() throws Exception {
        java.nio.file.Files.writeString(folder.resolve("f"), "f");
        world.services.peerRuns = true;
        world.services.answer = (request, reports, cancellation) -> {
            if (request instanceof TaskWish.Begin) {
                reports.accept(new TaskReport.Taken(3));
            }
            reports.accept(new Report.Shared("/f", "a/f", 1, "c", 1, true, "shoal://l", "shoal get l", "public", null));
        };
        assertThat(world.run("share", "f")).isZero();
        assertThat(world.screen.remarks).singleElement().asString().contains("goes on with it");
        assertThat(world.run("share", "f", "--stay")).isZero();
        assertThat(world.screen.remarks.getLast()).contains("Serving until Ctrl-C.");
        assertThat(world.run("get", "a/f", "--detach")).isZero();
        assertThat(world.run("get", "a/f")).isZero();
        assertThat(world.run("get", "a/f", "--seed")).isZero();
        assertThat(world.services.requests)
                .extracting(request -> request instanceof TaskWish.Begin begin ? "begin " + begin.detached() : "plain")
                .containsExactly("begin true", "plain", "begin true", "begin false", "plain");
        assertThat(world.run("get", "a/f", "--detach", "-o", "-")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("get", "a/f", "--detach", "--seed-for", "12h", "--seed-ratio", "2"))
                .isZero();
        assertThat(world.services.requests.getLast())
                .isInstanceOfSatisfying(
                        TaskWish.Begin.class,
                        begin -> assertThat(((Request.Get) begin.work()).seeding())
                                .isEqualTo(new Request.Get.Seeding("12h", "2")));
        assertThat(world.run("get", "a/f", "--seed-for", "a while")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("get", "a/f", "--seed", "--seed-for", "12h")).isEqualTo(ExitCode.USAGE);
        assertThat(world.run("config", "seed", "yes")).isZero();
        assertThat(world.run("get", "a/f", "--seed-for", "12h")).isEqualTo(ExitCode.USAGE);
        assertThat(world.screen.remarks).anyMatch(line -> line.contains("The setting `seed` is true"));
        assertThat(world.run("get", "a/f", "--detach", "--seed-for", "12h")).isZero();
        assertThat(world.run("stop", "3", "a/f")).isZero();
        assertThat(world.services.requests.getLast())
                .isEqualTo(new TaskWish.End(null, List.of(3L), List.of("a/f"), false));
        assertThat(world.run("stop", "--all", "x")).isEqualTo(ExitCode.USAGE);
    }

    private static TaskReport.Task task(long id, String kind, String state, @Nullable String trouble) {
        return new TaskReport.Task(
                id,
                kind,
                state,
                "lab/" + id,
                "/place",
                100,
                50,
                0,
                -1,
                0,
                0,
                -1,
                "public",
                false,
                null,
                trouble,
                null,
                null,
                null,
                0);
    }
}
