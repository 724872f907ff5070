package dev.shoal.peer;

import dev.shoal.peer.PeerEvents.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What has happened lately, as whoever listens hears it, for those who come later: the last {@value #MOST_KEPT} things,
 * and as many details, so that these do not take the place of what matters. How far transfers are is not kept.
 * Thread-safe by its monitor, which is held for moments only.
 */
final class Activity {

    /** A page to scroll through; each takes a kilobyte or less. */
    static final int MOST_KEPT = 2_000;

    /** Of a sentence, more is not worth its place. */
    static final int MOST_CHARACTERS = 2_000;

    /** Of the sources of a download, more are not told later. */
    static final int MOST_SOURCES = 16;

    private final Deque<TaskReport.Happened> things = new ArrayDeque<>();
    private final Deque<TaskReport.Happened> details = new ArrayDeque<>();
    private long lastId;

    /** What kind of thing a report is. */
    static String kind(Report report) {
        String name = report.getClass().getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    /** Something has happened. */
    void add(Report report) {
        switch (report) {
            case Report.Said said -> add(Level.valueOf(said.level()), said.text(), report);
            case Report.Got got -> add(Level.INFO, got.name() + " is downloaded: " + got.path(), withFewSources(got));
            case SubscriptionReport.Updated updated ->
                add(
                        Level.INFO,
                        updated.name() + " is now version " + updated.version() + ": " + updated.path(),
                        report);
            case SubscriptionReport.Conflict conflict ->
                add(Level.WARNING, conflict.name() + ": " + conflict.text(), report);
            case TaskReport.TaskEnded ended ->
                add(
                        Level.INFO,
                        ended.name()
                                + (ended.kind().equals(TaskReport.SHARE)
                                        ? " is not shared any more."
                                        : " is not downloaded or served any more."),
                        report);
            case WebLinkReport.WebLinkUsed used ->
                add(
                        used.whole() ? Level.INFO : Level.DETAIL,
                        used.address() + " got " + (used.whole() ? "all" : used.bytes() + " bytes") + " of "
                                + used.name() + " by the download link " + used.id() + ".",
                        report);
            default -> {
                // Something on its way, or the state of a whole, of which what follows says more.
            }
        }
    }

    private static Report.Got withFewSources(Report.Got got) {
        List<Report.SourceUsed> few =
                got.sourcesUsed().stream().limit(MOST_SOURCES).toList();
        return new Report.Got(
                got.name(),
                got.path(),
                got.content(),
                got.bytes(),
                got.resumedBytes(),
                got.reusedBytes(),
                got.receivedBytes(),
                got.millis(),
                few);
    }

    /** A task stands as it does now: that is kept if it is news. */
    void changed(Task task) {
        Task.State state = task.state();
        if (task.isToldAs(state)) {
            return;
        }
        TaskReport.Task report = task.report();
        String trouble = report.trouble() == null ? "" : " " + report.trouble();
        boolean isShare = report.kind().equals(TaskReport.SHARE);
        switch (state) {
            case DOWNLOADING -> add(Level.INFO, report.name() + " is on its way to " + report.path(), report);
            case PAUSED -> add(Level.INFO, report.name() + " is paused.", report);
            case CHANGED, FAILED ->
                add(Level.WARNING, report.name() + " has " + report.state() + "." + trouble, report);
            case SHARING -> {
                if (isShare) {
                    add(Level.INFO, report.name() + " is shared: " + report.path(), report);
                }
            }
            case WAITING -> {
                // All shares wait at once, for an index of which a sentence says that it is away.
                if (!isShare) {
                    add(Level.INFO, report.name() + " waits." + trouble, report);
                }
            }
            case STARTING, QUEUED, DONE -> {
                // Of no interest, or told by what was got.
            }
        }
    }

    private synchronized void add(Level level, String text, Report report) {
        String some = text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
        Report data = report instanceof Report.Said ? new Report.Said(level.name(), some) : report;
        Deque<TaskReport.Happened> kept = level == Level.DETAIL ? details : things;
        if (kept.size() >= MOST_KEPT) {
            kept.removeFirst();
        }
        lastId++;
        kept.add(new TaskReport.Happened(lastId, System.currentTimeMillis(), kind(report), level.name(), some, data));
    }

    /** What is wished of it, the newest first. */
    List<TaskReport.Happened> find(TaskWish.ShowActivity wish) {
        Level least = Level.valueOf(wish.level());
        String text = wish.text().toLowerCase(Locale.ROOT);
        Set<String> kinds = Set.copyOf(wish.kinds());
        List<TaskReport.Happened> found = new ArrayList<>();
        for (TaskReport.Happened thing : all(least)) {
            boolean isWanted = (wish.before() == 0 || thing.id() < wish.before())
                    && Level.valueOf(thing.level()).compareTo(least) >= 0
                    && (kinds.isEmpty() || kinds.contains(thing.kind()))
                    && (text.isEmpty() || thing.text().toLowerCase(Locale.ROOT).contains(text));
            if (isWanted && found.size() < wish.limit()) {
                found.add(thing);
            }
        }
        return found;
    }

    private synchronized List<TaskReport.Happened> all(Level least) {
        List<TaskReport.Happened> all = new ArrayList<>(things);
        if (least == Level.DETAIL) {
            all.addAll(details);
        }
        all.sort((one, other) -> Long.compare(other.id(), one.id()));
        return all;
    }
}
