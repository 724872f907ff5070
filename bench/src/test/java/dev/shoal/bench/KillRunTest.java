package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty of the kills of which {@code bench/run kill} does hundreds. */
class KillRunTest {

    private static final int KILLS = 20;
    private static final int PAUSE_MILLIS = 300;

    @TempDir
    Path folder = Path.of("");

    @Test
    void whoeverIsKilledAtAnyMomentComesBackWithNothingWrongAndNothingLost() throws Exception {
        long seed = System.nanoTime();
        try (KillRun run = new KillRun(Program.ofClassPath(folder), folder, seed, PAUSE_MILLIS)) {
            KillRun.Outcome outcome = run.run(KILLS);
            assertThat(outcome.indexKills() + outcome.sourceKills() + outcome.downloaderKills())
                    .isEqualTo(KILLS);
            assertThat(outcome.downloads()).isPositive();
        } catch (IOException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }
}
