package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The line of progress fits and says what matters most. */
class ProgressBarTest {

    private static final long GIB = 1L << 30;

    private static final ProgressBar HALF =
            new ProgressBar("lab/genome.fa", GIB, 2 * GIB, 100L << 20, 10, 3, "loading");

    @Test
    void aWideLineHasEverything() {
        assertThat(HALF.render(120))
                .isEqualTo("lab/genome.fa  ━━━━━━━━━━━━━━━                  50 %   1.0 GiB of 2.0 GiB"
                        + "   100 MiB/s  10 s left   3 sources  loading");
    }

    @Test
    void aNarrowLineKeepsThePercents() {
        assertThat(HALF.render(80))
                .contains("lab/", " 50 %", "1.0 GiB of 2.0 GiB")
                .hasSizeLessThan(80);
        assertThat(HALF.render(30)).contains(" 50 %");
        assertThat(HALF.render(12)).contains("50 %");
        assertThat(HALF.render(0)).isEmpty();
    }

    @Test
    void anUnknownRateAndTimeAreLeftOut() {
        String line = new ProgressBar("x", 0, 100, 0, -1, -1, "").render(100);

        assertThat(line)
                .doesNotContain("/s")
                .doesNotContain("left")
                .doesNotContain("source")
                .contains("0 B of 100 B");
    }

    @Test
    void hundredPercentMeansEverything() {
        assertThat(new ProgressBar("x", 999_999, 1_000_000, 0, -1, -1, "").percent())
                .isEqualTo(99);
        assertThat(new ProgressBar("x", 1_000_000, 1_000_000, 0, -1, -1, "").percent())
                .isEqualTo(100);
        assertThat(new ProgressBar("x", 0, 0, 0, -1, -1, "").percent()).isEqualTo(100);
    }

    @Test
    void noLineIsEverTooWide() {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            long total = random.nextLong(1L << random.nextInt(1, 62));
            int columns = random.nextInt(200);
            ProgressBar bar = new ProgressBar(
                    "数据/genome é".repeat(random.nextInt(1, 8)),
                    total == 0 ? 0 : random.nextLong(total + 1),
                    total,
                    random.nextLong(1L << 40),
                    random.nextLong(-1, 1_000_000),
                    random.nextInt(-1, 1_000),
                    "waiting");

            String line = bar.render(columns);

            assertThat(TextWidth.of(line))
                    .as("seed %d, step %d: %s", seed, i, line)
                    .isLessThanOrEqualTo(Math.max(0, columns - 1));
        }
    }
}
