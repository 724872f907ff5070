package dev.shoal.cli;

import dev.shoal.cli.Table.Column;
import dev.shoal.content.SafePath;
import dev.shoal.peer.AccountReport;
import dev.shoal.peer.LimitReport;
import dev.shoal.peer.PeerEvents.Level;
import dev.shoal.peer.Report;
import dev.shoal.peer.SubscriptionReport;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.WebLinkReport;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Answers for people: tables, sentences and a line of progress. Thread-safe. */
final class TextOutput implements Output {

    /** Smaller files are hashed before anybody has read that it began. */
    private static final long HASHING_WORTH_A_LINE_BYTES = 64L * 1024 * 1024;

    private static final List<Column> NAMES = List.of(
            Column.text("NAME"),
            Column.number("SIZE"),
            Column.number("VERSION"),
            Column.number("COMPLETE"),
            Column.number("SOURCES"),
            Column.text("PUBLISHED"));

    private static final List<Column> USERS = List.of(
            Column.text("ACCOUNT"),
            Column.text("CALLS ITSELF"),
            Column.text("PEER"),
            Column.number("CONTENTS"),
            Column.number("UPLOADS"),
            Column.text("SINCE"));

    private static final List<Column> SOURCES =
            List.of(Column.text("SOURCE"), Column.number("COMPLETE"), Column.number("LOAD"), Column.text("ADDRESSES"));

    private static final List<Column> VERSIONS = List.of(
            Column.text("VERSION"),
            Column.number("SIZE"),
            Column.number("GROWN"),
            Column.number("CHANGED"),
            Column.number("SOURCES"),
            Column.text("PUBLISHED"),
            Column.text("NOTE"));

    private static final List<Column> SHARES = List.of(
            Column.text("SHARED"),
            Column.number("SIZE"),
            Column.number("SENT"),
            Column.number("LIMIT"),
            Column.text("FILE"));

    private static final List<Column> DOWNLOADS = List.of(
            Column.text("DOWNLOAD"),
            Column.number("DONE"),
            Column.number("SIZE"),
            Column.number("RATE"),
            Column.number("SOURCES"),
            Column.text("PHASE"));

    private final Screen screen;
    private final Style style;
    private final ProgressLine progress;

    /** What was told of before: no more than one request names. */
    private final Set<String> sharedNames = new HashSet<>();

    private @Nullable Table table;
    private List<Column> tableColumns = List.of();

    /**
     * How much is said and how.
     *
     * @param quiet whether results are bare: a name, a link, a path
     * @param least events below this level are not told
     * @param time what "ago" is counted from
     * @param command turns the command in an answer into what works where this program was started
     */
    record Style(boolean quiet, Level least, InstantSource time, UnaryOperator<String> command) {}

    TextOutput(Screen screen, Style style) {
        this.screen = screen;
        this.style = style;
        this.progress = new ProgressLine(screen, System::nanoTime);
    }

    @Override
    public synchronized void report(Report report) {
        switch (report) {
            case Report.Listed listed -> listed(listed);
            case Report.UserOnline user -> user(user);
            case Report.Details details -> details(details);
            case Report.RolledBack back -> rolledBack(back);
            case Report.Hashing hashing -> hashing(hashing);
            case Report.Shared shared -> shared(shared);
            case Report.Progress moving -> moving(moving);
            case Report.Got got -> got(got);
            case Report.Removed removed -> removed(removed);
            case Report.Said said -> said(level(said.level()), SafePath.visible(said.text()));
            case Report.Running running -> said(Level.INFO, "This home's peer runs already as " + running.user() + ".");
            case Report.State state -> state(state);
            case AccountReport account -> account(account);
            case SubscriptionReport followed -> subscription(followed);
            case LimitReport limit -> limit(limit);
            case TaskReport task -> task(task);
            case WebLinkReport link -> webLink(link);
        }
    }

    @Override
    public synchronized void fact(String type, Record value, String line) {
        if (!line.isEmpty()) {
            screen.result(line);
        }
    }

    @Override
    public synchronized void said(Level level, String sentence) {
        if (level.compareTo(style.least()) >= 0) {
            String line = SafePath.visible(sentence);
            screen.remark(level == Level.WARNING ? "Warning: " + line : line);
        }
    }

    @Override
    public synchronized void failed(String reason, String message, int exit) {
        end();
        screen.remark("shoal: " + SafePath.visible(message));
    }

    @Override
    public synchronized void end() {
        progress.clear();
        if (table != null) {
            table.end();
            table = null;
        }
    }

    @Override
    public boolean isClosed() {
        return screen.isClosed();
    }

    /** The level of an event that came as text; unknown words matter as usual. */
    static Level level(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "detail" -> Level.DETAIL;
            case "warning" -> Level.WARNING;
            default -> Level.INFO;
        };
    }

    private void listed(Report.Listed listed) {
        String name = SafePath.visible(listed.name());
        if (style.quiet()) {
            screen.result(name);
            return;
        }
        table(NAMES)
                .row(List.of(
                        name,
                        HumanText.size(listed.bytes()),
                        Integer.toString(listed.version()),
                        listed.online() ? Integer.toString(listed.seeds()) : "-",
                        listed.online() ? Integer.toString(listed.sources()) : "off-line",
                        HumanText.ago(listed.publishedMillis(), nowMillis())
                                + (listed.folder() ? ", folder" : "")
                                + (ReportText.isPrivate(listed.access()) ? ", private" : "")));
    }

    private void user(Report.UserOnline user) {
        String account = user.account();
        if (style.quiet()) {
            // What a peer calls itself may be the name of somebody else: its key is not.
            screen.result(SafePath.visible(account == null ? user.peer() : account));
            return;
        }
        boolean isOther = !user.callsItself().isEmpty() && !user.callsItself().equals(account);
        table(USERS)
                .row(List.of(
                        account == null ? "-" : SafePath.visible(account),
                        isOther ? SafePath.visible(user.callsItself()) : "-",
                        ReportText.brief(user.peer()),
                        Integer.toString(user.contents()),
                        Integer.toString(user.uploads()),
                        HumanText.ago(user.sinceMillis(), nowMillis())));
    }

    private void details(Report.Details details) {
        if (style.quiet()) {
            screen.result(SafePath.visible(details.link()));
            return;
        }
        ReportText.details(details, nowMillis(), screen.paint()).forEach(screen::result);
        versions(details.versions());
        if (!details.sourceList().isEmpty()) {
            screen.result("");
            for (Report.SourceOnline source : details.sourceList()) {
                table(SOURCES)
                        .row(List.of(
                                ReportText.brief(source.peer()),
                                source.percent() + " %",
                                Integer.toString(source.load()),
                                SafePath.visible(String.join(", ", source.endpoints()))));
            }
            end();
        }
    }

    /** One version alone is what was said already. */
    private void versions(List<Report.VersionKept> versions) {
        if (versions.size() > 1) {
            screen.result("");
            versions.forEach(each -> table(VERSIONS).row(ReportText.version(each, nowMillis())));
            end();
        }
    }

    private void rolledBack(Report.RolledBack back) {
        if (style.quiet()) {
            screen.result(SafePath.visible(back.link()));
            return;
        }
        ReportText.rolledBack(back, screen.paint()).forEach(screen::result);
        String missing = ReportText.missing(back);
        if (missing != null) {
            said(Level.WARNING, missing);
        }
    }

    private void hashing(Report.Hashing hashing) {
        if (style.quiet()) {
            return;
        }
        String path = SafePath.visible(hashing.path());
        String beginning = hashing.totalBytes() < HASHING_WORTH_A_LINE_BYTES
                ? ""
                : "Hashing " + path + ", " + HumanText.size(hashing.totalBytes()) + " ...";
        String file = path.substring(path.lastIndexOf('/') + 1);
        progress.show(
                new ProgressBar(file, hashing.doneBytes(), hashing.totalBytes(), 0, -1, -1, "hashing"), beginning);
        if (hashing.doneBytes() >= hashing.totalBytes()) {
            progress.clear();
        }
    }

    private void shared(Report.Shared shared) {
        progress.clear();
        if (style.quiet()) {
            screen.result(SafePath.visible(shared.link()));
            return;
        }
        if (sharedNames.add(shared.name())) {
            ReportText.shared(shared, style.command(), screen.paint()).forEach(screen::result);
        } else {
            screen.result(ReportText.sharedAgain(shared, screen.paint()));
        }
    }

    private void moving(Report.Progress moving) {
        if (!style.quiet()) {
            String beginning = "Downloading " + SafePath.visible(moving.name()) + ", "
                    + HumanText.size(moving.totalBytes()) + " ...";
            progress.show(ReportText.bar(moving), beginning);
        }
    }

    private void got(Report.Got got) {
        progress.clear();
        if (style.quiet()) {
            screen.result(SafePath.visible(got.path()));
            return;
        }
        ReportText.got(got, screen.paint()).forEach(screen::result);
        got.sourcesUsed().forEach(source -> {
            String trouble = ReportText.trouble(source);
            if (trouble != null) {
                screen.remark(trouble);
            }
        });
    }

    private void removed(Report.Removed removed) {
        if (!style.quiet()) {
            screen.result(HumanText.count(removed.count(), "registration", "registrations")
                    + " taken away; the files stay where they are.");
        }
    }

    private void state(Report.State state) {
        ReportText.state(state, screen.paint()).forEach(screen::result);
        if (!state.shares().isEmpty()) {
            screen.result("");
            for (Report.ShareState share : state.shares()) {
                String file = SafePath.visible(share.path());
                table(SHARES)
                        .row(List.of(
                                SafePath.visible(share.name())
                                        + (ReportText.isPrivate(share.access()) ? " (private)" : ""),
                                HumanText.size(share.bytes()),
                                HumanText.size(share.uploadedBytes()),
                                ReportText.limit(share.limitBytesPerSecond()),
                                share.intact() ? file : file + " (changed; no longer served)"));
            }
            end();
        }
        if (!state.downloads().isEmpty()) {
            screen.result("");
            for (Report.Progress download : state.downloads()) {
                table(DOWNLOADS).row(download(download));
            }
            end();
        }
    }

    private void account(AccountReport report) {
        Optional<AccountText.Row> row = AccountText.row(report, nowMillis());
        if (style.quiet()) {
            AccountText.bare(report).forEach(screen::result);
        } else if (row.isPresent()) {
            table(row.get().columns()).row(row.get().cells());
        } else {
            AccountText.lines(report, nowMillis(), screen.paint()).forEach(screen::result);
        }
    }

    private void subscription(SubscriptionReport report) {
        Optional<AccountText.Row> row = SubscriptionText.row(report, nowMillis());
        progress.clear();
        if (style.quiet()) {
            SubscriptionText.bare(report).forEach(screen::result);
        } else if (row.isPresent()) {
            table(row.get().columns()).row(row.get().cells());
        } else {
            end();
            SubscriptionText.lines(report, screen.paint()).forEach(screen::result);
            SubscriptionText.remark(report).ifPresent(remark -> said(Level.WARNING, remark));
        }
    }

    private void task(TaskReport report) {
        Optional<AccountText.Row> row = TaskText.row(report);
        if (style.quiet()) {
            TaskText.bare(report).ifPresent(screen::result);
        } else if (row.isPresent()) {
            if (table == null || !row.get().columns().equals(tableColumns)) {
                end();
                screen.result("");
            }
            table(row.get().columns()).row(row.get().cells());
        } else {
            TaskText.lines(report, nowMillis()).forEach(screen::result);
        }
    }

    private void webLink(WebLinkReport report) {
        Optional<AccountText.Row> row = WebLinkText.row(report, ZoneId.systemDefault());
        if (style.quiet()) {
            WebLinkText.bare(report).ifPresent(screen::result);
        } else if (row.isPresent()) {
            table(row.get().columns()).row(row.get().cells());
        } else {
            WebLinkText.lines(report).forEach(screen::result);
        }
    }

    private void limit(LimitReport report) {
        Optional<AccountText.Row> row = LimitText.row(report);
        if (style.quiet()) {
            return;
        }
        if (row.isPresent()) {
            if (table == null) {
                screen.result("");
            }
            table(row.get().columns()).row(row.get().cells());
        } else {
            LimitText.lines(report, ZoneId.systemDefault(), nowMillis(), screen.paint())
                    .forEach(screen::result);
        }
    }

    private static List<String> download(Report.Progress download) {
        return List.of(
                SafePath.visible(download.name()),
                ReportText.bar(download).percent() + " %",
                HumanText.size(download.totalBytes()),
                HumanText.rate(download.rateBytesPerSecond()),
                Integer.toString(download.sources()),
                SafePath.visible(download.phase()));
    }

    private Table table(List<Column> columns) {
        if (table == null || !columns.equals(tableColumns)) {
            end();
            tableColumns = columns;
            table = new Table(columns, screen.resultColumns(), screen.paint(), screen::result);
        }
        return table;
    }

    private long nowMillis() {
        return style.time().millis();
    }
}
