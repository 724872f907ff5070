package dev.shoal.cli;

import dev.shoal.cli.Table.Column;
import dev.shoal.content.SafePath;
import dev.shoal.peer.TaskReport;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is told of the tasks of a peer that stays up, as lines for people. Pure. */
final class TaskText {

    private static final List<Column> SHARES = List.of(
            Column.text("SHARED"),
            Column.number("TASK"),
            Column.number("SIZE"),
            Column.number("SENT"),
            Column.number("LIMIT"),
            Column.text("STATE"),
            Column.text("FILE"));

    private static final List<Column> DOWNLOADS = List.of(
            Column.text("DOWNLOAD"),
            Column.number("TASK"),
            Column.number("DONE"),
            Column.number("SIZE"),
            Column.number("RATE"),
            Column.number("LEFT"),
            Column.number("SOURCES"),
            Column.text("STATE"));

    private static final String USUAL = "sharing";

    private TaskText() {}

    /** The row of a table that an answer is; empty for what is none. */
    static Optional<AccountText.Row> row(TaskReport report) {
        if (!(report instanceof TaskReport.Task task)) {
            return Optional.empty();
        }
        return Optional.of(
                task.kind().equals(TaskReport.SHARE)
                        ? new AccountText.Row(SHARES, share(task))
                        : new AccountText.Row(DOWNLOADS, download(task)));
    }

    private static List<String> share(TaskReport.Task task) {
        return List.of(
                SafePath.visible(task.name()) + (ReportText.isPrivate(task.access()) ? " (private)" : ""),
                Long.toString(task.id()),
                HumanText.size(task.bytes()),
                HumanText.size(task.uploadedBytes()),
                ReportText.limit(task.limitBytesPerSecond()),
                task.state().equals(USUAL) && task.watched() ? "watched" : SafePath.visible(task.state()),
                SafePath.visible(task.path()) + trouble(task));
    }

    private static List<String> download(TaskReport.Task task) {
        ProgressBar bar = new ProgressBar("", task.doneBytes(), task.bytes(), 0, -1, -1, "");
        boolean moves = task.rateBytesPerSecond() > 0;
        return List.of(
                SafePath.visible(task.name()),
                Long.toString(task.id()),
                task.bytes() == 0 ? "-" : bar.percent() + " %",
                task.bytes() == 0 ? "-" : HumanText.size(task.bytes()),
                moves ? HumanText.rate(task.rateBytesPerSecond()) : "-",
                task.remainingSeconds() < 0 ? "-" : HumanText.seconds(task.remainingSeconds()),
                task.sources() == 0 ? "-" : Integer.toString(task.sources()),
                SafePath.visible(task.state()) + trouble(task));
    }

    private static String trouble(TaskReport.Task task) {
        String trouble = task.trouble();
        return trouble == null ? "" : ": " + SafePath.visible(trouble);
    }

    /** What is told of an answer that is no row. */
    static List<String> lines(TaskReport report, long nowMillis) {
        return switch (report) {
            case TaskReport.Up up ->
                Stream.of(
                                "up           begun " + HumanText.ago(up.sinceMillis(), nowMillis) + ", process "
                                        + up.process(),
                                "limits       " + SafePath.visible(up.uploadLimit()) + " up, "
                                        + SafePath.visible(up.downloadLimit()) + " down",
                                "tasks        " + HumanText.count(up.shares(), "share", "shares") + ", "
                                        + HumanText.count(up.downloads(), "download", "downloads")
                                        + (up.remaining() == 0
                                                ? ""
                                                : "; " + HumanText.number(up.remaining())
                                                        + " still to be taken up again"),
                                up.downloadLinks() == 0
                                        ? ""
                                        : "links        "
                                                + HumanText.count(up.downloadLinks(), "download link", "download links")
                                                + "; `shoal links` tells more of them")
                        .filter(line -> !line.isEmpty())
                        .toList();
            case TaskReport.TaskEnded ended ->
                List.of(SafePath.visible(ended.name())
                        + (ended.kind().equals(TaskReport.SHARE)
                                ? " is not shared any more; the file stays."
                                : " is not downloaded or served any more; what is here stays."));
            case TaskReport.Tasks tasks -> List.of();
            case TaskReport.Taken taken -> List.of();
            case TaskReport.Task task -> List.of();
            case TaskReport.TaskDetail detail -> List.of();
            case TaskReport.Rates rates -> List.of();
            case TaskReport.SettingsNow settings -> List.of();
            case TaskReport.Happened thing -> List.of(SafePath.visible(thing.text()));
        };
    }

    /** The bare result of an answer; empty for what is none. */
    static Optional<String> bare(TaskReport report) {
        return report instanceof TaskReport.Task task ? Optional.of(SafePath.visible(task.name())) : Optional.empty();
    }
}
