package dev.shoal.peer;

import dev.shoal.peer.LimitRule.Flow;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much may go one way, and who says so. Pure, immutable.
 *
 * @param bytesPerSecond most; 0 for nothing, {@link Rate#UNLIMITED} for no limit
 * @param byPerson whether somebody paused it
 * @param rule the rule that says so; null for none
 */
record Allowance(
        long bytesPerSecond, boolean byPerson, @Nullable LimitRule rule) {

    /** Everything may go. */
    static final Allowance FREE = new Allowance(Rate.UNLIMITED, false, null);

    /** Somebody paused it. */
    static final Allowance STOPPED = new Allowance(0, true, null);

    private static final int WEEK_DAYS = 7;

    /** What a rule allows. */
    static Allowance of(LimitRule rule, Flow flow) {
        String rate = rule.rate(flow);
        return new Allowance(rate == null ? Rate.UNLIMITED : LimitRule.bytesPerSecond(rate), false, rule);
    }

    /** Whether nothing may go. */
    boolean isPaused() {
        return bytesPerSecond == 0;
    }

    /** Why nothing goes, in words that follow "paused". */
    String why(ZonedDateTime now, @Nullable ZonedDateTime until) {
        return (byPerson ? "by you" : "by the schedule") + (until == null ? "" : " until " + moment(until, now));
    }

    /** A moment as people of the same time zone write it who know what time it is. */
    private static String moment(ZonedDateTime then, ZonedDateTime now) {
        LocalDate day = then.toLocalDate();
        String form = day.equals(now.toLocalDate())
                ? "HH:mm"
                : ChronoUnit.DAYS.between(now.toLocalDate(), day) < WEEK_DAYS ? "EEE HH:mm" : "uuuu-MM-dd HH:mm";
        return DateTimeFormatter.ofPattern(form, Locale.ROOT).format(then);
    }
}
