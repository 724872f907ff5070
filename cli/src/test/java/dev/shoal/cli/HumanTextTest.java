package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Sizes, times and widths as people read them. */
class HumanTextTest {

    @Test
    void sizesHaveThreeDigitsAtMost() {
        assertThat(HumanText.size(0)).isEqualTo("0 B");
        assertThat(HumanText.size(1023)).isEqualTo("1023 B");
        assertThat(HumanText.size(1024)).isEqualTo("1.0 KiB");
        assertThat(HumanText.size(1_048_575)).isEqualTo("1.0 MiB");
        assertThat(HumanText.size(150L << 20)).isEqualTo("150 MiB");
        assertThat(HumanText.size(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
        assertThat(HumanText.rate(2048)).isEqualTo("2.0 KiB/s");
    }

    @Test
    void spansHaveTwoUnitsAtMost() {
        assertThat(HumanText.seconds(0)).isEqualTo("0 s");
        assertThat(HumanText.seconds(61)).isEqualTo("1 min 1 s");
        assertThat(HumanText.seconds(3_600)).isEqualTo("1 h");
        assertThat(HumanText.seconds(90_061)).isEqualTo("1 d 1 h");
        assertThat(HumanText.millis(1_234)).isEqualTo("1.2 s");
        assertThat(HumanText.millis(83_000)).isEqualTo("1 min 23 s");
    }

    @Test
    void momentsAreSeenFromNow() {
        long now = World.NOW.toEpochMilli();
        assertThat(HumanText.ago(now + 30_000, now)).isEqualTo("just now");
        assertThat(HumanText.ago(World.millisAgo(59), now)).isEqualTo("just now");
        assertThat(HumanText.ago(World.millisAgo(3_599), now)).isEqualTo("59 min ago");
        assertThat(HumanText.ago(World.millisAgo(100_000), now)).isEqualTo("yesterday");
        assertThat(HumanText.ago(World.millisAgo(86_400 * 31), now)).isEqualTo("2026-01-29");
        assertThat(HumanText.ago(now + 86_400_000, now)).isEqualTo("2026-03-02");
    }

    @Test
    void widthsCountColumnsAndNotLetters() {
        assertThat(TextWidth.of("abc")).isEqualTo(3);
        assertThat(TextWidth.of("数据")).isEqualTo(4);
        assertThat(TextWidth.of("e\u0301")).isEqualTo(1);
        assertThat(TextWidth.of("🐟")).isEqualTo(2);
        assertThat(TextWidth.shortened("lab/a-very-long-name.fa", 11)).isEqualTo("lab/a…me.fa");
        assertThat(TextWidth.shortened("数据数据数据", 5)).isEqualTo("数…据");
        assertThat(TextWidth.shortened("short", 11)).isEqualTo("short");
    }
}
