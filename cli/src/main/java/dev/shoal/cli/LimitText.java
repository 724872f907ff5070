package dev.shoal.cli;

import dev.shoal.cli.Table.Column;
import dev.shoal.content.SafePath;
import dev.shoal.peer.LimitReport;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is told of limits, as lines for people. What others wrote is made safe for a terminal. Pure. */
final class LimitText {

    private static final String EVERYTHING = "everything";

    private static final List<Column> RULES = List.of(
            Column.number("RULE"),
            Column.text("OF"),
            Column.number("DOWNLOAD"),
            Column.number("UPLOAD"),
            Column.text("WHEN"),
            Column.text("NOW"));

    private LimitText() {}

    /** The row of a table that an answer is; empty for what is none. */
    static Optional<AccountText.Row> row(LimitReport report) {
        if (!(report instanceof LimitReport.Rule rule)) {
            return Optional.empty();
        }
        return Optional.of(new AccountText.Row(
                RULES,
                List.of(
                        Integer.toString(rule.number()),
                        of(rule.name()),
                        rate(rule.download()),
                        rate(rule.upload()),
                        times(rule),
                        rule.counts() ? "counts" : "-")));
    }

    /** What is told of an answer, in the time zone of who reads it. */
    static List<String> lines(LimitReport report, ZoneId zone, long nowMillis, Paint paint) {
        return switch (report) {
            case LimitReport.Limits limits -> limits(limits, zone, nowMillis, paint);
            case LimitReport.Rule rule -> List.of();
            case LimitReport.WholeSchedule whole -> List.of();
            case LimitReport.RulesRemoved removed ->
                List.of(HumanText.count(removed.count(), "rule is", "rules are") + " taken away.");
            case LimitReport.Paused paused ->
                List.of(paint.bold(of(paused.name())) + " is paused "
                        + (paused.untilMillis() == 0
                                ? "until `shoal resume" + (paused.name() == null ? "" : " " + of(paused.name())) + "`."
                                : "until " + moment(paused.untilMillis(), zone, nowMillis) + "."));
            case LimitReport.Resumed resumed ->
                List.of(paint.bold(of(resumed.name()))
                        + (resumed.still() == null
                                ? " goes on."
                                : " stays paused " + SafePath.visible(resumed.still()) + "."));
        };
    }

    private static List<String> limits(LimitReport.Limits limits, ZoneId zone, long nowMillis, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.bold(of(limits.name())) + ": download "
                + rate(limits.downloadBytesPerSecond(), limits.downloadRule()) + ", upload "
                + rate(limits.uploadBytesPerSecond(), limits.uploadRule())
                + (limits.paused() == null ? "" : "; paused " + SafePath.visible(limits.paused())));
        if (limits.name() == null && limits.changesMillis() != 0) {
            lines.add("  the next change is at " + moment(limits.changesMillis(), zone, nowMillis));
        }
        return lines;
    }

    private static String rate(long bytesPerSecond, int rule) {
        String rate = bytesPerSecond < 0 ? "unlimited" : ReportText.limit(bytesPerSecond);
        return rate + (rule == 0 ? "" : " (rule " + rule + ")");
    }

    private static String rate(@Nullable String rate) {
        return rate == null ? "-" : SafePath.visible(rate);
    }

    private static String of(@Nullable String name) {
        return name == null ? EVERYTHING : SafePath.visible(name);
    }

    private static String times(LimitReport.Rule rule) {
        String hours = rule.from() == null ? "" : rule.from() + " to " + rule.to();
        String all = (hours + " " + rule.days()).strip();
        return all.isEmpty() ? "always" : SafePath.visible(all);
    }

    private static String moment(long millis, ZoneId zone, long nowMillis) {
        ZonedDateTime then = Instant.ofEpochMilli(millis).atZone(zone);
        boolean isToday = then.toLocalDate()
                .equals(Instant.ofEpochMilli(nowMillis).atZone(zone).toLocalDate());
        return DateTimeFormatter.ofPattern(isToday ? "HH:mm" : "EEE, uuuu-MM-dd HH:mm", Locale.ROOT)
                .format(then);
    }
}
