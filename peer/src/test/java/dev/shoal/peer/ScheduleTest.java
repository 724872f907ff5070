package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import dev.shoal.peer.LimitRule.Flow;
import dev.shoal.peer.Schedule.Pause;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In Berlin, where clocks go forward at 2:00 on 2026-03-29 and back at 3:00 on 2026-10-25. */
class ScheduleTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Name NAME = new Name("lab/model.bin");
    private static final Name OTHER = new Name("lab/other.bin");

    private static ZonedDateTime at(String moment) {
        return ZonedDateTime.of(LocalDateTime.parse(moment), BERLIN);
    }

    private static LimitRule rule(
            int number, @Nullable Name name, @Nullable String download, @Nullable String from, @Nullable String to) {
        return new LimitRule(number, name, null, download, LimitTimes.parse(from, to, null));
    }

    private static Schedule of(LimitRule... rules) {
        return new Schedule(List.of(rules), List.of());
    }

    private static long rate(Schedule schedule, @Nullable Name name, String moment) {
        return schedule.at(name, Flow.DOWNLOAD, at(moment)).bytesPerSecond();
    }

    @Test
    void aRuleWithTimesCountsBeforeOneThatAlwaysHoldsAndThenTheLast() {
        Schedule schedule = of(
                rule(1, null, "10k", "8:00", "20:00"),
                rule(2, null, "20k", "12:00", "13:00"),
                rule(3, null, "30k", null, null),
                rule(4, null, "40k", null, null));
        assertThat(rate(schedule, null, "2026-06-01T12:30")).isEqualTo(20_000);
        assertThat(rate(schedule, null, "2026-06-01T13:00")).isEqualTo(10_000);
        assertThat(rate(schedule, null, "2026-06-01T20:00")).isEqualTo(40_000);
        assertThat(schedule.at(null, Flow.UPLOAD, at("2026-06-01T12:30"))).isEqualTo(Allowance.FREE);
        assertThat(schedule.nextChange(at("2026-06-01T12:30"))).contains(at("2026-06-01T13:00"));
        assertThat(schedule.nextChange(at("2026-06-01T20:00"))).contains(at("2026-06-02T08:00"));
    }

    @Test
    void aRuleOfANameLimitsThatAlone() {
        Schedule schedule = of(rule(1, null, "10k", null, null), rule(2, NAME, "50k", "8:00", "18:00"));
        assertThat(rate(schedule, NAME, "2026-06-01T09:00")).isEqualTo(50_000);
        assertThat(rate(schedule, NAME, "2026-06-01T19:00")).isEqualTo(Rate.UNLIMITED);
        assertThat(rate(schedule, OTHER, "2026-06-01T09:00")).isEqualTo(Rate.UNLIMITED);
        assertThat(rate(schedule, null, "2026-06-01T09:00")).isEqualTo(10_000);
    }

    @Test
    void whatPausesEverythingPausesEachName() {
        Schedule schedule = of(rule(1, null, "Paused", "8:00", "18:00"), rule(2, NAME, "50k", null, null));
        ZonedDateTime noon = at("2026-06-01T12:00");
        assertThat(schedule.paused(NAME, Flow.DOWNLOAD, noon)).isEqualTo("by the schedule until 18:00");
        assertThat(schedule.paused(NAME, Flow.UPLOAD, noon)).isNull();
        assertThat(schedule.paused(NAME, Flow.DOWNLOAD, at("2026-06-01T18:00"))).isNull();
    }

    @Test
    void whatAPersonPausedGoesBeforeTheSchedule() {
        long until = at("2026-06-01T15:00").toInstant().toEpochMilli();
        Schedule schedule = new Schedule(
                List.of(rule(1, null, "paused", "14:00", "9:00")),
                List.of(new Pause(NAME, until), new Pause(OTHER, 0)));
        ZonedDateTime noon = at("2026-06-01T12:00");
        assertThat(schedule.paused(NAME, Flow.UPLOAD, noon)).isEqualTo("by you until 15:00");
        // By then the schedule pauses it.
        assertThat(schedule.paused(NAME, Flow.DOWNLOAD, noon)).isEqualTo("by you until Tue 09:00");
        assertThat(schedule.paused(OTHER, Flow.UPLOAD, noon)).isEqualTo("by you");
        assertThat(schedule.paused(null, Flow.DOWNLOAD, noon)).isNull();
        assertThat(schedule.paused(NAME, Flow.UPLOAD, at("2026-06-01T15:00"))).isNull();
    }

    @Test
    void clocksThatArePutForwardEndWhatTheyPassOver() {
        Schedule night = of(rule(1, null, "10k", "1:00", "2:30"));
        ZonedDateTime jump = Instant.parse("2026-03-29T01:00:00Z").atZone(BERLIN);
        assertThat(night.nextChange(at("2026-03-29T01:30"))).contains(jump);
        assertThat(rate(night, null, "2026-03-29T03:00")).isEqualTo(Rate.UNLIMITED);
        // A rule that lies in the hour that is not there does not hold on this day.
        Schedule never = of(rule(1, null, "10k", "2:10", "2:50"));
        assertThat(never.nextChange(at("2026-03-28T12:00"))).contains(at("2026-03-30T02:10"));
    }

    @Test
    void clocksThatArePutBackShowAnHourTwice() {
        Schedule night = of(rule(1, null, "10k", "1:00", "2:30"));
        ZonedDateTime first = at("2026-10-25T02:30").withEarlierOffsetAtOverlap();
        assertThat(night.nextChange(at("2026-10-25T01:30"))).contains(first);
        ZonedDateTime back = Instant.parse("2026-10-25T01:00:00Z").atZone(BERLIN);
        assertThat(night.nextChange(first)).contains(back);
        assertThat(night.nextChange(back)).contains(first.withLaterOffsetAtOverlap());
    }

    @Test
    void aRuleOfOneDayThatClocksPassOverComesAfterTwoWeeks() {
        Schedule sundays = new Schedule(
                List.of(new LimitRule(1, null, "10k", null, LimitTimes.parse("2:10", "2:50", "sun"))), List.of());
        assertThat(sundays.nextChange(at("2026-03-22T02:50"))).contains(at("2026-04-05T02:10"));
    }

    @Test
    void whatNeverChangesHasNoNextChange() {
        assertThat(Schedule.NONE.nextChange(at("2026-06-01T12:00"))).isEmpty();
        assertThat(of(rule(1, null, "10k", null, null)).nextChange(at("2026-06-01T12:00")))
                .isEmpty();
        assertThat(new Schedule(List.of(), List.of(new Pause(null, 0))).nextChange(at("2026-06-01T12:00")))
                .isEmpty();
        assertThat(of(rule(1, null, "10k", "8:00", "8:00")).nextChange(at("2026-06-01T12:00")))
                .isEmpty();
    }

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    /** Whatever the rules are: until the next change nothing changes, and then something does. */
    @ParameterizedTest
    @MethodSource("seeds")
    void theNextChangeIsExactlyWhenTheAnswerChanges(int seed) {
        Random random = new Random(seed);
        Schedule schedule = random(random);
        ZonedDateTime now = random.nextBoolean()
                ? at("2026-03-26T00:00").plusMinutes(random.nextInt(6 * 24 * 60))
                : at("2026-10-22T00:00").plusMinutes(random.nextInt(6 * 24 * 60));
        ZonedDateTime end = now.plusDays(10);
        while (now.isBefore(end)) {
            ZonedDateTime next = schedule.nextChange(now).orElse(end);
            List<Allowance> present = answers(schedule, now);
            for (ZonedDateTime between = now; between.isBefore(next); between = between.plus(Duration.ofMinutes(5))) {
                assertThat(answers(schedule, between))
                        .as("seed %d, %s, from %s to %s", seed, between, now, next)
                        .isEqualTo(present);
            }
            if (next.isBefore(end)) {
                assertThat(answers(schedule, next.minusNanos(1)))
                        .as("seed %d before %s", seed, next)
                        .isEqualTo(present);
                assertThat(answers(schedule, next))
                        .as("seed %d at %s", seed, next)
                        .isNotEqualTo(present);
            }
            now = next;
        }
    }

    private static List<Allowance> answers(Schedule schedule, ZonedDateTime now) {
        List<Allowance> answers = new ArrayList<>();
        for (Flow flow : Flow.values()) {
            answers.add(schedule.at(null, flow, now));
            answers.add(schedule.at(NAME, flow, now));
        }
        return answers;
    }

    private static Schedule random(Random random) {
        String[] days = {"mon-fri", "sat,sun", "sun", "thu-sat", "mon,wed", ""};
        List<LimitRule> rules = new ArrayList<>();
        for (int number = 1; number <= 1 + random.nextInt(4); number++) {
            boolean isTimed = random.nextInt(4) > 0;
            rules.add(new LimitRule(
                    number,
                    random.nextBoolean() ? NAME : null,
                    random.nextBoolean() ? (10 + random.nextInt(3)) + "k" : null,
                    random.nextInt(4) == 0 ? "paused" : "20k",
                    LimitTimes.parse(
                            isTimed ? time(random) : null, isTimed ? time(random) : null, days[random.nextInt(6)])));
        }
        List<Pause> pauses = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            long until = at("2026-03-27T10:00").toInstant().toEpochMilli() + random.nextInt(100_000_000);
            pauses.add(new Pause(random.nextBoolean() ? NAME : null, until));
        }
        return new Schedule(rules, pauses);
    }

    private static String time(Random random) {
        // Often near the hour at which clocks change.
        int hour = random.nextBoolean() ? 1 + random.nextInt(3) : random.nextInt(24);
        return hour + ":" + (random.nextBoolean() ? "00" : "30");
    }
}
