package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When what was downloaded has been passed on enough. */
class SeedLimitsTest {

    private static final long BEGAN = 1_000_000;
    private static final long DAYS_2 = TimeUnit.DAYS.toMillis(2);

    @Test
    void withoutLimitsNothingEnds() {
        SeedLimits limits = SeedLimits.of("unlimited", "Unlimited");
        assertThat(limits.reached(BEGAN, Long.MAX_VALUE, 1, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void theSpanEndsItToTheMillisecond() {
        SeedLimits limits = SeedLimits.of("2d", "unlimited");
        assertThat(limits.reached(BEGAN, 0, 10, BEGAN + DAYS_2 - 1)).isEmpty();
        assertThat(limits.reached(BEGAN, 0, 10, BEGAN + DAYS_2))
                .hasValueSatisfying(why -> assertThat(why).contains("seed-for"));
        assertThat(limits.reached(BEGAN, 0, 10, BEGAN - DAYS_2))
                .as("a clock that was put back")
                .isEmpty();
    }

    @Test
    void theRatioEndsItToTheByteAndWhatIsEmptyHasNone() {
        SeedLimits limits = SeedLimits.of("unlimited", "1.5");
        assertThat(limits.reached(BEGAN, 14, 10, BEGAN)).isEmpty();
        assertThat(limits.reached(BEGAN, 15, 10, BEGAN))
                .hasValueSatisfying(why -> assertThat(why).contains("sent 1.5 times"));
        assertThat(limits.reached(BEGAN, 0, 0, BEGAN)).isEmpty();
        assertThat(SeedLimits.of("unlimited", "0").reached(BEGAN, 0, 10, BEGAN)).isPresent();
    }

    @Test
    void theFirstThatIsReachedEndsIt() {
        SeedLimits limits = SeedLimits.of("2d", "2");
        assertThat(limits.reached(BEGAN, 20, 10, BEGAN)).isPresent();
        assertThat(limits.reached(BEGAN, 19, 10, BEGAN + DAYS_2)).isPresent();
        assertThat(limits.reached(BEGAN, 19, 10, BEGAN + DAYS_2 - 1)).isEmpty();
    }

    @Test
    void whatADownloadSaysComesBeforeTheSettings() {
        assertThat(SeedLimits.of(null, "2d", "1.5")).isEqualTo(SeedLimits.of("2d", "1.5"));
        assertThat(SeedLimits.of(new Request.Get.Seeding("unlimited", null), "2d", "1.5"))
                .isEqualTo(SeedLimits.of("unlimited", "1.5"));
        assertThat(SeedLimits.of(new Request.Get.Seeding(" ", "3"), "2d", "1.5"))
                .isEqualTo(SeedLimits.of("2d", "3"));
        assertThatThrownBy(() -> new Request.Get.Seeding("a while", null)).hasMessageContaining("seed-for");
    }

    @Test
    void spansAndSizesAreReadAsPeopleWriteThem() {
        assertThat(SeedLimits.span("30min")).isEqualTo(TimeUnit.MINUTES.toMillis(30));
        assertThat(SeedLimits.span(" 12 H ")).isEqualTo(TimeUnit.HOURS.toMillis(12));
        assertThatThrownBy(() -> SeedLimits.span("1w")).hasMessageContaining("30min, 12h, 7d");
        assertThat(Setting.bytes("500MB")).isEqualTo(500_000_000);
        assertThat(Setting.bytes("2 GiB")).isEqualTo(2L << 30);
        assertThat(Setting.bytes("999999TiB")).isEqualTo(999_999L << 40);
        assertThat(Setting.bytes("0")).isZero();
    }
}
