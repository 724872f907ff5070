package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Name;
import dev.shoal.peer.Schedule.Pause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptScheduleTest {

    @TempDir
    Path folder;

    private Path file;
    private KeptSchedule kept;

    @BeforeEach
    void open() {
        file = folder.resolve("limits");
        kept = new KeptSchedule(file);
    }

    @Test
    void whatWasWrittenIsReadAgain() throws IOException {
        assertThat(kept.read()).isEqualTo(Schedule.NONE);
        Schedule schedule = new Schedule(
                List.of(
                        new LimitRule(1, null, "2 MiB/s", null, LimitTimes.ALWAYS),
                        new LimitRule(
                                7,
                                new Name("lab/two words = one.bin"),
                                "PAUSED",
                                "unlimited",
                                LimitTimes.parse("22:00", "6:15", "fri-sun"))),
                List.of(new Pause(null, 0), new Pause(new Name("lab/a"), 1_780_000_000_000L)));
        assertThat(kept.change(before -> schedule)).isEqualTo(schedule);
        assertThat(new KeptSchedule(file).read()).isEqualTo(schedule);
        assertThat(Files.readString(file))
                .contains("rule\t1\t2MiB/s\t-\t-\t-\t-\t-\n")
                .contains("rule\t7\tpaused\tunlimited\t22:00\t06:15\tfri-sun\tlab/two words = one.bin\n")
                .contains("pause\t0\t*\n");
    }

    @Test
    void asManyRulesAsThereMayBeAreRead() {
        kept.change(before -> new Schedule(rules(Schedule.MOST_RULES), List.of()));
        assertThat(kept.read().rules()).hasSize(Schedule.MOST_RULES);
        kept.change(before -> new Schedule(rules(Schedule.MOST_RULES + 1), List.of()));
        assertThatThrownBy(kept::read).isInstanceOf(PeerException.class).hasMessageContaining("more than 100 rules");
    }

    private static List<LimitRule> rules(int count) {
        return new ArrayList<>(IntStream.rangeClosed(1, count)
                .mapToObj(number -> new LimitRule(number, null, "2MiB/s", null, LimitTimes.ALWAYS))
                .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "rule\t1\t2MiB/s",
                "rule\tone\t2MiB/s\t-\t-\t-\t-\t-",
                "rule\t1\t-\t-\t-\t-\t-\t-",
                "rule\t1\tfast\t-\t-\t-\t-\t-",
                "pause\tsoon\t*",
                "pause\t0",
                "pause\t0\tno name"
            })
    void aBrokenFileIsNamedAndNotTakenForNoLimits(String line) throws IOException {
        Files.writeString(file, line + "\n");
        assertThatThrownBy(kept::read)
                .isInstanceOfSatisfying(
                        PeerException.class, e -> assertThat(e.reason()).isEqualTo(PeerException.Reason.DISK))
                .hasMessageContaining(file.toString());
    }
}
