package dev.shoal.peer;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When a limit holds: from one time of the day to another, on some days of the week, as the clock on the wall shows it.
 * One whose end is not after its beginning passes midnight, and belongs to the day on which it begins. Pure, immutable.
 *
 * @param from the first moment of the day; null, with {@code to}, for the whole day
 * @param to the first moment after it; midnight for the end of the day
 * @param days on which days; none for every day
 */
record LimitTimes(@Nullable LocalTime from, @Nullable LocalTime to, Set<DayOfWeek> days) {

    /** At any time. */
    static final LimitTimes ALWAYS = new LimitTimes(null, null, Set.of());

    private static final int WORD_LETTERS = 3;

    /** Copies the days; every day is as good as none. */
    LimitTimes {
        days = days.size() == DayOfWeek.values().length ? Set.of() : Set.copyOf(days);
    }

    /**
     * Reads what people write.
     *
     * @param from as {@code 8:00}; null for midnight when there is an end, else for no matter when
     * @param to the same; {@code 24:00} is midnight
     * @param days as {@code mon-fri} or {@code sat,sun}; null for every day
     * @throws IllegalArgumentException with a sentence when it is something else
     */
    static LimitTimes parse(@Nullable String from, @Nullable String to, @Nullable String days) {
        Set<DayOfWeek> on = days == null || days.isBlank() ? Set.of() : days(days);
        if (from == null && to == null) {
            return new LimitTimes(null, null, on);
        }
        return new LimitTimes(
                from == null ? LocalTime.MIDNIGHT : time(from), to == null ? LocalTime.MIDNIGHT : time(to), on);
    }

    private static LocalTime time(String text) {
        String plain = text.strip();
        String whole = plain.indexOf(':') < 0 ? plain + ":00" : plain;
        if (whole.equals("24:00")) {
            return LocalTime.MIDNIGHT;
        }
        try {
            return LocalTime.parse(whole.length() == 4 ? "0" + whole : whole);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no time of the day: write it as 08:00 or 22:30", e);
        }
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("-", -1);
            if (ends.length > 2) {
                throw noDay(part);
            }
            DayOfWeek day = day(ends[0]);
            DayOfWeek last = day(ends[ends.length - 1]);
            days.add(day);
            while (day != last) {
                day = day.plus(1);
                days.add(day);
            }
        }
        return days;
    }

    private static DayOfWeek day(String text) {
        String plain = text.strip().toUpperCase(Locale.ROOT);
        return Stream.of(DayOfWeek.values())
                .filter(day -> plain.length() >= WORD_LETTERS && day.name().startsWith(plain))
                .findFirst()
                .orElseThrow(() -> noDay(text));
    }

    private static IllegalArgumentException noDay(String text) {
        return new IllegalArgumentException("\"" + text + "\" is no day of the week: write days as mon-fri or sat,sun");
    }

    /** Whether it holds at every moment. */
    boolean isAlways() {
        return from == null && days.isEmpty();
    }

    /** Whether it holds at a moment, in the time zone of that. */
    boolean holds(ZonedDateTime now) {
        DayOfWeek today = now.getDayOfWeek();
        if (from == null || to == null) {
            return isOn(today);
        }
        LocalTime time = now.toLocalTime();
        boolean begun = !time.isBefore(from);
        boolean open = time.isBefore(to);
        if (from.isBefore(to)) {
            return isOn(today) && begun && open;
        }
        return (isOn(today) && begun) || (isOn(today.minus(1)) && open);
    }

    private boolean isOn(DayOfWeek day) {
        return days.isEmpty() || days.contains(day);
    }

    /** The times of the day at which it can begin or end to hold. */
    List<LocalTime> borders() {
        List<LocalTime> borders = new ArrayList<>();
        if (!days.isEmpty()) {
            borders.add(LocalTime.MIDNIGHT);
        }
        if (from != null && to != null) {
            borders.add(from);
            borders.add(to);
        }
        return borders;
    }

    /** The beginning, as it is written; null for none. */
    @Nullable
    String fromText() {
        return from == null ? null : from.toString();
    }

    /** The end, as it is written; null for none. */
    @Nullable
    String toText() {
        return to == null ? null : to.equals(LocalTime.MIDNIGHT) ? "24:00" : to.toString();
    }

    /** The days, as they are written: those that follow each other as a range; empty for every day. */
    String daysText() {
        List<String> parts = new ArrayList<>();
        for (DayOfWeek first : DayOfWeek.values()) {
            if (!days.contains(first) || (first != DayOfWeek.MONDAY && days.contains(first.minus(1)))) {
                continue;
            }
            DayOfWeek last = first;
            while (last != DayOfWeek.SUNDAY && days.contains(last.plus(1))) {
                last = last.plus(1);
            }
            parts.add(last == first ? word(first) : word(first) + "-" + word(last));
        }
        return String.join(",", parts);
    }

    private static String word(DayOfWeek day) {
        return day.name().substring(0, WORD_LETTERS).toLowerCase(Locale.ROOT);
    }
}
