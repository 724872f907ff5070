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
 */
record Figure(String name, double value, double limit, boolean atMost) {

    /** A value that should not be larger than a limit. */
    static Figure atMost(String name, double value, double limit) {
        return new Figure(name, value, limit, true);
    }

    /** A value that should not be smaller than a limit. */
    static Figure atLeast(String name, double value, double limit) {
        return new Figure(name, value, limit, false);
    }

    /** Whether the limit is kept; a value exactly at it is. */
    boolean isReached() {
        return atMost ? value <= limit : value >= limit;
    }

    /** {@code reached}, or by which part of the limit it is missed. */
    String verdict() {
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
        result.put("reached", isReached());
        return result;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 1_000 ? "%.2f" : "%.0f", value);
    }
}
