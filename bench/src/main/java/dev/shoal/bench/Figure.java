package dev.shoal.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Something that was measured, and how much or little it should be. Immutable.
 *
 * @param name what it is
 * @param value what was measured
 * @param limit what is to be reached
 * @param atMost whether the limit is the largest value that reaches it; else it is the smallest
 * @param isSet whether it is to be reached in this case; else the limit is that of the usual case, to compare with
 */
record Figure(String name, double value, double limit, boolean atMost, boolean isSet) {

    /** A value that should not be larger than a limit. */
    static Figure atMost(String name, double value, double limit) {
        return new Figure(name, value, limit, true, true);
    }

    /** A value that should not be smaller than a limit. */
    static Figure atLeast(String name, double value, double limit) {
        return new Figure(name, value, limit, false, true);
    }

    /** The same in a case for which nothing is to be reached. */
    Figure unset() {
        return new Figure(name, value, limit, atMost, false);
    }

    /** Whether the limit is kept; a value exactly at it is. */
    boolean isReached() {
        return atMost ? value <= limit : value >= limit;
    }

    /** {@code reached}, or by which part of the limit it is missed; or that it need not be reached. */
    String verdict() {
        if (!isSet) {
            return "no figure for this";
        }
        return isReached()
                ? "reached"
                : String.format(Locale.ROOT, "missed by %.1f %%", 100 * Math.abs(value - limit) / limit);
    }

    /** Some of them in a table. */
    static TextTable table(List<Figure> figures) {
        TextTable table = new TextTable("figure", "measured", "to reach", "");
        for (Figure figure : figures) {
            table.row(
                    figure.name,
                    number(figure.value),
                    (figure.atMost ? "at most " : "at least ") + number(figure.limit),
                    figure.verdict());
        }
        return table;
    }

    /** As members of a JSON object. */
    Map<String, Object> result() {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", name);
        result.put("value", value);
        result.put(atMost ? "atMost" : "atLeast", limit);
        if (isSet) {
            result.put("reached", isReached());
        }
        return result;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 1_000 ? "%.2f" : "%.0f", value);
    }
}
