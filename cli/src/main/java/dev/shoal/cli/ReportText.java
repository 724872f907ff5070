package dev.shoal.cli;

import dev.shoal.content.SafePath;
import dev.shoal.peer.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reports of a peer as lines for people. What others wrote (names, notes, addresses) is made safe for a terminal. Pure
 * functions.
 */
final class ReportText {

    /** So much of a content's identity tells two apart in a list. */
    private static final int SHORT_IDENTITY = 12;

    /** What a transfer does most of the time, and nobody needs to be told. */
    private static final String USUAL_PHASE = "downloading";

    private ReportText() {}

    /** The beginning of an identity. */
    static String brief(String identity) {
        String visible = SafePath.visible(identity);
        return visible.length() <= SHORT_IDENTITY ? visible : visible.substring(0, SHORT_IDENTITY) + "…";
    }

    /**
     * A shared file.
     *
     * @param command makes the line to paste out of the one that the peer gives
     */
    static List<String> shared(Report.Shared shared, UnaryOperator<String> command, Paint paint) {
        String version = shared.version() > 1 ? ", version " + shared.version() : "";
        String again = shared.fresh() ? "" : ", as before";
        List<String> lines = new ArrayList<>();
        lines.add(paint.bold(SafePath.visible(shared.name())) + " is shared" + again + ": "
                + HumanText.size(shared.bytes()) + version + ", content " + brief(shared.content()));
        if (isPrivate(shared.access())) {
            lines.add("  readers " + readers(shared.readers()));
        }
        lines.add("  link    " + SafePath.visible(shared.link()));
        lines.add("  get it  " + paint.bold(command.apply(SafePath.visible(shared.command()))));
        return lines;
    }

    /** The next version of what was told of before. */
    static String sharedAgain(Report.Shared shared, Paint paint) {
        return paint.bold(SafePath.visible(shared.name())) + " is version " + shared.version() + " now: "
                + HumanText.size(shared.bytes()) + ", content " + brief(shared.content());
    }

    /** A limit; below 0 for none, 0 when it is paused. */
    static String limit(long bytesPerSecond) {
        return bytesPerSecond < 0 ? "-" : bytesPerSecond == 0 ? "paused" : HumanText.rate(bytesPerSecond);
    }

    /** Whether only some may get something, as a report writes it. */
    static boolean isPrivate(String access) {
        return !access.equals("public");
    }

    /** Who may get something that is private; without names, as far as others than its owner know. */
    static String readers(@Nullable List<String> names) {
        return names == null
                ? "some whom its owner chose, you among them"
                : SafePath.visible(String.join(
                        ", ",
                        Stream.concat(Stream.of("its owner"), names.stream()).toList()));
    }

    /** A finished download. */
    static List<String> got(Report.Got got, Paint paint) {
        List<String> lines = new ArrayList<>();
        long received = Math.max(0, got.bytes() - got.resumedBytes());
        long used =
                got.sourcesUsed().stream().filter(source -> source.bytes() > 0).count();
        StringBuilder line = new StringBuilder(paint.bold(SafePath.visible(got.path())));
        line.append(": ").append(HumanText.size(got.bytes()));
        if (received == 0 && got.bytes() > 0) {
            line.append(", everything was here already, verified");
        } else {
            line.append(" in ").append(HumanText.millis(got.millis()));
            // What was copied here says nothing of the network.
            line.append(
                    got.reusedBytes() > 0
                            ? ""
                            : " (" + HumanText.rate(received * 1_000 / Math.max(1, got.millis())) + ")");
            line.append(used == 0 ? "" : " from " + HumanText.count(used, "source", "sources"));
            line.append(", verified");
            line.append(
                    got.resumedBytes() == 0
                            ? ""
                            : "; " + HumanText.size(got.resumedBytes()) + " of it were here already");
            line.append(
                    got.reusedBytes() == 0
                            ? ""
                            : "; " + HumanText.size(got.reusedBytes()) + " of it were in what is alike here, "
                                    + HumanText.size(got.receivedBytes()) + " were received");
        }
        lines.add(line.append(".").toString());
        return lines;
    }

    /** What went wrong with a source of a finished download; null for nothing. */
    static @Nullable String trouble(Report.SourceUsed source) {
        String trouble = source.trouble();
        return trouble == null
                ? null
                : "Source " + brief(source.peer()) + ": " + SafePath.visible(trouble) + " ("
                        + HumanText.size(source.bytes()) + " came from it).";
    }

    /** A name with everything that is known of it, but for the table of its sources. */
    static List<String> details(Report.Details details, long nowMillis, Paint paint) {
        List<String> lines = new ArrayList<>();
        String version = details.version() == details.latest()
                ? "version " + details.version()
                : "version " + details.version() + " of " + details.latest();
        lines.add(paint.bold(SafePath.visible(details.name())) + "  " + (details.folder() ? "folder, " : "") + version);
        lines.add("  size       " + HumanText.size(details.bytes()) + " ("
                + HumanText.count(details.bytes(), "byte", "bytes") + "), "
                + HumanText.count(details.chunks(), "chunk", "chunks") + " of "
                + HumanText.size(details.chunkBytes()));
        lines.add("  content    " + SafePath.visible(details.content()));
        lines.add("  owner      " + SafePath.visible(details.owner()));
        lines.add("  published  " + HumanText.ago(details.publishedMillis(), nowMillis) + " ("
                + HumanText.moment(details.publishedMillis()) + ")");
        if (!details.note().isEmpty()) {
            lines.add("  note       " + SafePath.visible(details.note()));
        }
        if (isPrivate(details.access())) {
            lines.add("  readers    " + readers(details.readers()));
        }
        lines.add("  sources    " + sources(details.sources(), details.seeds()));
        lines.add("  link       " + SafePath.visible(details.link()));
        return lines;
    }

    /** The cells of a version in a table. */
    static List<String> version(Report.VersionKept version, long nowMillis) {
        Long difference = version.differenceBytes();
        Long changed = version.changedBytes();
        return List.of(
                version.version() + (isPrivate(version.access()) ? " (private)" : ""),
                HumanText.size(version.bytes()),
                difference == null
                        ? ""
                        : difference == 0
                                ? "same size"
                                : (difference < 0 ? "-" : "+") + HumanText.size(Math.abs(difference)),
                changed == null ? "-" : HumanText.size(changed),
                version.sources() == 0 ? "off-line" : Integer.toString(version.sources()),
                HumanText.ago(version.publishedMillis(), nowMillis),
                SafePath.visible(version.note()));
    }

    /** A name that went back to an older version. */
    static List<String> rolledBack(Report.RolledBack back, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.bold(SafePath.visible(back.name()))
                + (back.fresh()
                        ? " is version " + back.version() + " now, with the content of version " + back.as()
                        : " has the content of version " + back.as() + " already, as version " + back.version())
                + ": " + HumanText.size(back.bytes()) + ", content " + brief(back.content()));
        lines.add("  sources  " + sources(back.sources(), back.seeds()));
        if (back.served() && back.path() != null) {
            lines.add("  served   from " + SafePath.visible(back.path()));
        }
        lines.add("  link     " + SafePath.visible(back.link()));
        return lines;
    }

    /** What has to be done that others can get it; null for nothing. */
    static @Nullable String missing(Report.RolledBack back) {
        if (back.seeds() > 0) {
            return null;
        }
        String path = back.path();
        return "Nobody who has all of it is on-line. "
                + (path == null
                        ? "Whoever has that file can share it as " + back.name() + " again."
                        : "It is in " + path + ": share that as " + back.name() + " again.");
    }

    /** How many sources there are and how many of them have everything. */
    static String sources(int sources, int seeds) {
        if (sources == 0) {
            return "none at the moment";
        }
        return sources == seeds
                ? sources == 1 ? "1, complete" : sources + ", all complete"
                : sources + ", " + (seeds == 0 ? "none" : seeds) + " of them complete";
    }

    /** What the peer is doing, but for the tables of shares and downloads. */
    static List<String> state(Report.State state, Paint paint) {
        List<String> lines = new ArrayList<>();
        String reachable = state.indexReachable()
                ? state.datagrams() ? "reachable" : "reachable, over TLS only: datagrams do not get through"
                : paint.red("not reachable at the moment");
        lines.add("user         " + SafePath.visible(state.user()));
        lines.add("peer         " + SafePath.visible(state.peer()));
        lines.add("index        " + SafePath.visible(state.index()) + ", " + reachable);
        lines.add("serves on    " + (state.listenPort() == 0 ? "no port" : "port " + state.listenPort()));
        lines.add("registered   " + HumanText.count(state.registered(), "content", "contents"));
        lines.add("connections  " + HumanText.number(state.connections()) + ", "
                + HumanText.count(state.uploads(), "upload", "uploads") + " running");
        lines.add("sent         " + HumanText.size(state.uploadedBytes()));
        lines.add("received     " + HumanText.size(state.downloadedBytes()));
        return lines;
    }

    /** How a transfer is going, as a bar. */
    static ProgressBar bar(Report.Progress progress) {
        return new ProgressBar(
                SafePath.visible(progress.name()),
                progress.doneBytes(),
                progress.totalBytes(),
                progress.rateBytesPerSecond(),
                progress.remainingSeconds(),
                progress.sources(),
                progress.phase().equals(USUAL_PHASE) ? "" : SafePath.visible(progress.phase()));
    }
}
