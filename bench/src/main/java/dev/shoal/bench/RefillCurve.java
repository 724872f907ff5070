package dev.shoal.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was seen of an index in each second after it was killed. For one thread. */
final class RefillCurve {

    private static final String HEIGHTS = "▁▂▃▄▅▆▇█";

    /**
     * One second.
     *
     * @param second since the index was killed
     * @param sessions how many the index has; −1 when it does not answer
     * @param registered peers whose contents the index knows; −1 when it does not answer
     * @param asked how many peers it asked to state everything in this second
     * @param restated how many did
     * @param lookupMillis how long look-ups took that were due in this second; null when none was answered
     * @param lookupsLost look-ups that were given up
     * @param lookupsFound look-ups that found a source
     */
    record Row(
            int second,
            int sessions,
            int registered,
            int asked,
            int restated,
            @Nullable Spread lookupMillis,
            int lookupsLost,
            int lookupsFound) {}

    private final int peers;
    private final List<Row> rows = new ArrayList<>();

    RefillCurve(int peers) {
        this.peers = peers;
    }

    /** Adds the next second. */
    void add(Row row) {
        rows.add(row);
    }

    /** The first second at whose end everybody was registered; −1 when that did not come. */
    int refilledAfterSeconds() {
        return rows.stream()
                .filter(row -> row.registered >= peers)
                .mapToInt(row -> row.second + 1)
                .findFirst()
                .orElse(-1);
    }

    /** The most that were asked to state everything in one second. */
    int mostAsked() {
        return rows.stream().mapToInt(Row::asked).max().orElse(0);
    }

    /** The most that stated everything in one second. */
    int mostRestated() {
        return rows.stream().mapToInt(Row::restated).max().orElse(0);
    }

    /** Registered peers over time, a letter a second: the higher the more. */
    String line() {
        StringBuilder line = new StringBuilder();
        for (Row row : rows) {
            int height = (int) ((long) Math.max(0, row.registered) * (HEIGHTS.length() - 1) / peers);
            line.append(row.registered < 0 ? ' ' : HEIGHTS.charAt(Math.clamp(height, 0, HEIGHTS.length() - 1)));
        }
        return line.toString();
    }

    /** Every so many seconds a row. */
    String table(int every) {
        TextTable table = new TextTable(
                "second",
                "sessions",
                "registered",
                "asked",
                "restated",
                "F median ms",
                "F 99 % ms",
                "F longest ms",
                "F lost");
        for (Row row : rows) {
            if (row.second % every == 0 || row.second < every) {
                Spread millis = row.lookupMillis;
                table.row(
                        Integer.toString(row.second),
                        row.sessions < 0 ? "-" : Integer.toString(row.sessions),
                        row.registered < 0 ? "-" : Integer.toString(row.registered),
                        Integer.toString(row.asked),
                        Integer.toString(row.restated),
                        millis == null ? "-" : String.format(Locale.ROOT, "%.2f", millis.median()),
                        millis == null ? "-" : String.format(Locale.ROOT, "%.2f", millis.percentile(0.99)),
                        millis == null ? "-" : String.format(Locale.ROOT, "%.2f", millis.most()),
                        Integer.toString(row.lookupsLost));
            }
        }
        return table.toString();
    }

    /** All rows. */
    List<Map<String, Object>> results() {
        List<Map<String, Object>> results = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("second", row.second);
            members.put("sessions", row.sessions);
            members.put("registered", row.registered);
            members.put("asked", row.asked);
            members.put("restated", row.restated);
            if (row.lookupMillis != null) {
                members.put("lookups", row.lookupMillis.count());
                members.put("lookupMedianMillis", row.lookupMillis.median());
                members.put("lookup99Millis", row.lookupMillis.percentile(0.99));
                members.put("lookupLongestMillis", row.lookupMillis.most());
            }
            members.put("lookupsLost", row.lookupsLost);
            members.put("lookupsFound", row.lookupsFound);
            results.add(members);
        }
        return results;
    }
}
