package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.LimitReport;
import dev.shoal.peer.LimitWish;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands about limits and pauses ask for and say. */
class LimitCommandsTest {

    private static final Paint PLAIN = Paint.NONE;

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void start() {
        world = new World(folder);
    }

    @Test
    void eachAsksForWhatItSays() {
        assertThat(world.run("limit")).isZero();
        assertThat(world.run("limit", "--download", "10MiB/s")).isZero();
        assertThat(world.run("limit", "--upload", "2MiB/s", "--from", "8:00", "--to", "18:00", "--days", "mon-fri"))
                .isZero();
        assertThat(world.run("limit", "--name", "lab/x", "--download", "paused"))
                .isZero();
        assertThat(world.run("limit", "--subscription", "lab/x", "--upload", "1k"))
                .isZero();
        assertThat(world.run("limit", "--remove", "3")).isZero();
        assertThat(world.run("limit", "--clear")).isZero();
        assertThat(world.run("pause")).isZero();
        assertThat(world.run("pause", "lab/x", "--for", "2h")).isZero();
        assertThat(world.run("pause", "--for", "90min")).isZero();
        assertThat(world.run("resume")).isZero();
        assertThat(world.run("resume", "lab/x")).isZero();
        assertThat(world.services.requests)
                .containsExactly(
                        new LimitWish.ShowLimits(),
                        new LimitWish.AddLimit(null, null, "10MiB/s", null, null, null),
                        new LimitWish.AddLimit(null, "2MiB/s", null, "8:00", "18:00", "mon-fri"),
                        new LimitWish.AddLimit("lab/x", null, "paused", null, null, null),
                        new LimitWish.AddLimit("lab/x", "1k", null, null, null, null),
                        new LimitWish.RemoveLimit(3),
                        new LimitWish.RemoveLimit(0),
                        new LimitWish.Pause(null, 0),
                        new LimitWish.Pause("lab/x", 7_200_000),
                        new LimitWish.Pause(null, 5_400_000),
                        new LimitWish.Resume(null),
                        new LimitWish.Resume("lab/x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit --from 8:00",
                "limit --name x",
                "limit x 1k --from 8:00",
                "limit x",
                "limit --remove 0",
                "limit --remove 1 --clear",
                "limit --clear --download 1k",
                "pause --for 0h",
                "pause --for ever",
                "pause x y",
                "resume x y"
            })
    void whatMakesNoSenseIsRefused(String line) {
        assertThat(world.run(line.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(world.services.requests).isEmpty();
    }

    @Test
    void limitShowsWhatHoldsAndTheRules() {
        world.services.answer = (request, reports, cancellation) -> {
            reports.accept(new LimitReport.Limits(null, 2_097_152, -1, 2, 0, null, 0));
            reports.accept(new LimitReport.Limits("lab/x", -1, 0, 0, 3, "by the schedule until 18:00", 0));
            reports.accept(new LimitReport.Rule(2, null, "2MiB/s", null, "08:00", "18:00", "mon-fri", true));
            reports.accept(new LimitReport.Rule(3, "lab/x", null, "paused", null, null, "", false));
        };
        assertThat(world.run("limit")).isZero();
        assertThat(world.run("limit", "--json")).isZero();
        assertThat(world.screen.results)
                .startsWith(
                        "everything: download unlimited, upload 2.0 MiB/s (rule 2)",
                        "lab/x: download paused (rule 3), upload unlimited; paused by the schedule until 18:00",
                        "")
                .anyMatch(line -> line.matches(" *2 +everything +- +2MiB/s +08:00 to 18:00 mon-fri +counts *"))
                .anyMatch(line -> line.matches(" *3 +lab/x +paused +- +always +- *"))
                .anyMatch(line -> line.contains("\"type\":\"limits\"") && line.contains("\"uploadRule\":2"))
                .anyMatch(line -> line.contains("\"type\":\"rule\"") && line.contains("\"days\":\"mon-fri\""));
    }

    @Test
    void momentsAreThoseOfTheReader() {
        ZoneId zone = ZoneId.of("Europe/Berlin");
        long now = 1_780_300_800_000L; // 2026-06-01 10:00 there
        assertThat(LimitText.lines(new LimitReport.Paused("lab/x", now + 3_600_000), zone, now, PLAIN))
                .containsExactly("lab/x is paused until 11:00.");
        assertThat(LimitText.lines(new LimitReport.Paused(null, now + 86_400_000), zone, now, PLAIN))
                .containsExactly("everything is paused until Tue, 2026-06-02 10:00.");
        assertThat(LimitText.lines(new LimitReport.Paused("lab/x", 0), zone, now, PLAIN))
                .containsExactly("lab/x is paused until `shoal resume lab/x`.");
        assertThat(LimitText.lines(new LimitReport.Limits(null, -1, -1, 0, 0, null, now + 60_000), zone, now, PLAIN))
                .containsExactly("everything: download unlimited, upload unlimited", "  the next change is at 10:01");
        assertThat(LimitText.lines(new LimitReport.Resumed(null, "by the schedule"), zone, now, PLAIN))
                .isEqualTo(List.of("everything stays paused by the schedule."));
    }
}
