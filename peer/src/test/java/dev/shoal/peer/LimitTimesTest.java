package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTimesTest {

    /** 2026-06-01 is a Monday. */
    private static boolean holds(LimitTimes times, String moment) {
        return times.holds(ZonedDateTime.parse(moment + "+02:00[Europe/Berlin]"));
    }

    @Test
    void theBeginningIsInAndTheEndIsNot() {
        LimitTimes day = LimitTimes.parse("8", "18:00", "mon-fri");
        assertThat(holds(day, "2026-06-01T08:00")).isTrue();
        assertThat(holds(day, "2026-06-01T07:59:59.999")).isFalse();
        assertThat(holds(day, "2026-06-05T17:59:59.999")).isTrue();
        assertThat(holds(day, "2026-06-05T18:00")).isFalse();
        assertThat(holds(day, "2026-06-06T12:00")).isFalse();
    }

    @Test
    void whatPassesMidnightBelongsToTheDayOnWhichItBegins() {
        LimitTimes night = LimitTimes.parse("22:00", "6:30", "fri,sat");
        assertThat(holds(night, "2026-06-05T23:00")).isTrue();
        assertThat(holds(night, "2026-06-06T06:29")).isTrue();
        assertThat(holds(night, "2026-06-06T06:30")).isFalse();
        assertThat(holds(night, "2026-06-07T06:00")).isTrue();
        assertThat(holds(night, "2026-06-07T22:00")).isFalse();
        assertThat(holds(night, "2026-06-05T06:00")).isFalse();
    }

    @Test
    void oneEndAloneGoesToMidnight() {
        assertThat(holds(LimitTimes.parse("22:00", null, null), "2026-06-01T23:59"))
                .isTrue();
        assertThat(holds(LimitTimes.parse("22:00", null, null), "2026-06-01T00:00"))
                .isFalse();
        assertThat(holds(LimitTimes.parse(null, "6:00", null), "2026-06-01T00:00"))
                .isTrue();
        assertThat(holds(LimitTimes.parse(null, "6:00", null), "2026-06-01T06:00"))
                .isFalse();
        assertThat(holds(LimitTimes.parse("8:00", "8:00", "mon"), "2026-06-02T07:59"))
                .isTrue();
        assertThat(holds(LimitTimes.parse("8:00", "8:00", "mon"), "2026-06-01T07:59"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mon-fri|mon-fri",
                "Saturday,sun|sat-sun",
                "fri-mon|mon,fri-sun",
                "mon,wed,fri|mon,wed,fri",
                "mon-sun|''",
                "sun|sun"
            })
    void daysAreWrittenAsRanges(String written, String shown) {
        assertThat(LimitTimes.parse(null, null, written).daysText()).isEqualTo(shown);
    }

    @Test
    void midnightAtTheEndIsWrittenSo() {
        LimitTimes evening = LimitTimes.parse("20:00", "24:00", null);
        assertThat(evening.fromText()).isEqualTo("20:00");
        assertThat(evening.toText()).isEqualTo("24:00");
        assertThat(LimitTimes.ALWAYS.fromText()).isNull();
        assertThat(LimitTimes.ALWAYS.isAlways()).isTrue();
        assertThat(evening.isAlways()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"25:00", "8:60", "eight", "", "8:00:00:00", "-1"})
    void noTimeIsRefused(String time) {
        assertThatThrownBy(() -> LimitTimes.parse(time, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no time of the day");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mo", "someday", "mon-", "mon-wed-fri", ",", "mon;tue"})
    void noDayIsRefused(String days) {
        assertThatThrownBy(() -> LimitTimes.parse(null, null, days))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no day of the week");
    }
}
