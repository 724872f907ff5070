package dev.shoal.cli;

import dev.shoal.cli.Table.Column;
import dev.shoal.content.SafePath;
import dev.shoal.peer.WebLinkReport;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is told of plain HTTPS links, as lines for people. Pure. */
final class WebLinkText {

    private static final List<Column> LINKS = List.of(
            Column.number("LINK"),
            Column.text("TO"),
            Column.text("UNTIL"),
            Column.text("DOWNLOADS"),
            Column.number("SENT"),
            Column.text("ADDRESS"));

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("EEE, uuuu-MM-dd HH:mm", Locale.ROOT);

    private WebLinkText() {}

    /** The row of a table that an answer is; empty for what is none. */
    static Optional<AccountText.Row> row(WebLinkReport report, ZoneId zone) {
        if (!(report instanceof WebLinkReport.WebLink link)) {
            return Optional.empty();
        }
        String trouble = link.trouble();
        return Optional.of(new AccountText.Row(
                LINKS,
                List.of(
                        Long.toString(link.id()),
                        SafePath.visible(link.name()),
                        until(link, zone),
                        link.used() + (link.times() == 0 ? "" : " of " + link.times()),
                        HumanText.size(link.sentBytes()),
                        url(link) + (trouble == null ? "" : " (" + SafePath.visible(trouble) + ")"))));
    }

    /** What is told of an answer that is no row. */
    static List<String> lines(WebLinkReport report) {
        return switch (report) {
            case WebLinkReport.WebLink link -> List.of();
            case WebLinkReport.WebLinkEnded ended ->
                List.of("The link " + ended.id() + " to " + SafePath.visible(ended.name()) + " has ended.");
            case WebLinkReport.WebLinkUsed used -> List.of();
        };
    }

    /** The bare result of an answer; empty for what is none. */
    static Optional<String> bare(WebLinkReport report) {
        return report instanceof WebLinkReport.WebLink link ? Optional.of(url(link)) : Optional.empty();
    }

    /** What is passed on. */
    static String url(WebLinkReport.WebLink link) {
        String url = link.url();
        return url == null ? "" : SafePath.visible(url);
    }

    /** What whoever has made one, and passes it on, has to know. */
    static List<String> made(WebLinkReport.WebLink link, ZoneId zone, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(url(link));
        lines.add("  gives   " + paint.bold(SafePath.visible(link.file())) + ", "
                + HumanText.size(link.bytes()) + (link.folder() ? ", a folder as a zip file" : "")
                + ", always the newest version, to whoever has it");
        lines.add("  until   " + until(link, zone) + (link.times() == 0 ? "" : ", or " + downloads(link.times()))
                + "; `shoal unlink " + link.id() + "` ends it");
        String fingerprint = link.fingerprint();
        if (fingerprint != null) {
            lines.add("  warns   Browsers say that the connection is not private or the certificate not valid, as this"
                    + " peer signed it");
            lines.add("          itself. To go on is under \"Advanced\". Who wants to be sure compares its SHA-256"
                    + " fingerprint:");
            lines.add("          " + fingerprint.substring(0, fingerprint.length() / 2 + 1));
            lines.add("          " + fingerprint.substring(fingerprint.length() / 2 + 1));
            lines.add("  or      " + curl(link, link.pin()));
        }
        String trouble = link.trouble();
        if (trouble != null) {
            lines.add("  but     " + SafePath.visible(trouble));
        }
        return lines;
    }

    private static String curl(WebLinkReport.WebLink link, @Nullable String pin) {
        return "curl -k --pinnedpubkey '" + pin + "' -OJ '" + url(link) + "'";
    }

    private static String downloads(int times) {
        return times == 1 ? "one download" : times + " downloads";
    }

    private static String until(WebLinkReport.WebLink link, ZoneId zone) {
        return MOMENT.format(Instant.ofEpochMilli(link.untilMillis()).atZone(zone));
    }
}
