package dev.shoal.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Sizes, rates and times as people read them. Pure functions. */
final class HumanText {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    /** After a month "days ago" is harder to grasp than a date. */
    private static final long DATE_AFTER = 30 * DAY;

    private HumanText() {}

    /** Bytes in units of IEC 80000-13, with three digits where they matter. */
    static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        // 1023.5 and more would be rounded to 1024.
        while (value >= 1023.5 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        boolean fraction = unit > 0 && value < 99.95;
        return String.format(Locale.ROOT, fraction ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    /** Bytes a second. */
    static String rate(long bytesPerSecond) {
        return size(bytesPerSecond) + "/s";
    }

    /** A span of seconds, in its two largest units. */
    static String seconds(long seconds) {
        if (seconds < MINUTE) {
            return seconds + " s";
        }
        if (seconds < HOUR) {
            return twoUnits(seconds, MINUTE, " min", 1, " s");
        }
        if (seconds < DAY) {
            return twoUnits(seconds, HOUR, " h", MINUTE, " min");
        }
        return twoUnits(seconds, DAY, " d", HOUR, " h");
    }

    /** A span of milliseconds; with a tenth of a second while that is worth a word. */
    static String millis(long millis) {
        return millis < 10_000
                ? String.format(Locale.ROOT, "%.1f s", millis / 1_000.0)
                : seconds(Math.round(millis / 1_000.0));
    }

    /** A moment seen from another. */
    static String ago(long momentMillis, long nowMillis) {
        long seconds = (nowMillis - momentMillis) / 1_000;
        // Clocks differ a little: the near future is now.
        if (seconds < MINUTE && seconds > -HOUR) {
            return "just now";
        }
        if (seconds < 0 || seconds > DATE_AFTER) {
            return date(momentMillis);
        }
        if (seconds < HOUR) {
            return seconds / MINUTE + " min ago";
        }
        if (seconds < DAY) {
            return seconds / HOUR + " h ago";
        }
        long days = seconds / DAY;
        return days == 1 ? "yesterday" : days + " days ago";
    }

    /** A day, in UTC. */
    static String date(long momentMillis) {
        return DateTimeFormatter.ISO_LOCAL_DATE.format(
                Instant.ofEpochMilli(momentMillis).atOffset(ZoneOffset.UTC));
    }

    /** A moment to the second, in UTC. */
    static String moment(long momentMillis) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                .format(Instant.ofEpochMilli(momentMillis).atOffset(ZoneOffset.UTC));
    }

    /** A number with blanks between thousands. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /** A number and what it counts. */
    static String count(long number, String one, String many) {
        return number(number) + " " + (number == 1 ? one : many);
    }

    private static String twoUnits(long seconds, long large, String largeName, long small, String smallName) {
        long rest = seconds % large / small;
        return seconds / large + largeName + (rest == 0 ? "" : " " + rest + smallName);
    }
}
