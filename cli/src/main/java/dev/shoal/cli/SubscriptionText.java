package dev.shoal.cli;

import dev.shoal.cli.Table.Column;
import dev.shoal.content.SafePath;
import dev.shoal.peer.SubscriptionReport;
import java.util.List;
import java.util.Optional;

/** What is told of followed names, as lines for people. What others wrote is made safe for a terminal. Pure. */
final class SubscriptionText {

    /** When a subscription was noted down, and nothing keeps it in step just now. */
    static final String LATER = "A peer of this home that runs keeps it in step: `shoal subs --follow` is one.";

    private static final String PAUSED = "paused";

    private static final List<Column> FOLLOWED = List.of(
            Column.text("FOLLOWED"),
            Column.number("VERSION"),
            Column.number("LATEST"),
            Column.text("STATE"),
            Column.text("IN STEP"),
            Column.number("SAVED"),
            Column.text("FILE"));

    private SubscriptionText() {}

    /** The row of a table that an answer is; empty for what is none. */
    static Optional<AccountText.Row> row(SubscriptionReport report, long nowMillis) {
        if (!(report instanceof SubscriptionReport.Followed followed)) {
            return Optional.empty();
        }
        return Optional.of(new AccountText.Row(
                FOLLOWED,
                List.of(
                        SafePath.visible(followed.name()),
                        number(followed.version()),
                        number(followed.latest()),
                        state(followed),
                        followed.syncedMillis() == 0 ? "-" : HumanText.ago(followed.syncedMillis(), nowMillis),
                        HumanText.size(followed.savedBytes()),
                        SafePath.visible(followed.path()) + trouble(followed))));
    }

    /** What is in the way; why something is paused is a part of its state. */
    private static String trouble(SubscriptionReport.Followed followed) {
        String trouble = followed.trouble();
        return trouble == null || followed.state().equals(PAUSED) ? "" : ": " + SafePath.visible(trouble);
    }

    /** What is told of an answer. */
    static List<String> lines(SubscriptionReport report, Paint paint) {
        return switch (report) {
            case SubscriptionReport.Subscribed subscribed ->
                List.of(paint.bold(SafePath.visible(subscribed.name()))
                        + (subscribed.fresh() ? " is followed from now on" : " is followed already") + ": version "
                        + subscribed.version() + ", in " + SafePath.visible(subscribed.path()));
            case SubscriptionReport.Updated updated -> List.of(updated(updated, paint));
            case SubscriptionReport.Conflict conflict -> List.of();
            case SubscriptionReport.Unsubscribed gone ->
                List.of(SafePath.visible(gone.name()) + " is not followed any more; " + SafePath.visible(gone.path())
                        + " stays"
                        + (gone.history() == null
                                ? "."
                                : ", and so do replaced versions, in " + SafePath.visible(gone.history()) + "."));
            case SubscriptionReport.Restored restored ->
                List.of(SafePath.visible(restored.path()) + " is "
                        + (restored.version() == 0 ? "your edited file" : "version " + restored.version())
                        + " again, until the next new version comes.");
            case SubscriptionReport.Resolved resolved -> List.of(resolved(resolved));
            case SubscriptionReport.Following following ->
                List.of("Following " + HumanText.count(following.names(), "name", "names") + " until Ctrl-C.");
            case SubscriptionReport.Followed followed -> List.of();
        };
    }

    /** What is worth a warning. */
    static Optional<String> remark(SubscriptionReport report) {
        return report instanceof SubscriptionReport.Conflict conflict
                ? Optional.of(conflict.name() + ": " + conflict.text())
                : Optional.empty();
    }

    /** The bare result of an answer: a name, a path. */
    static List<String> bare(SubscriptionReport report) {
        return switch (report) {
            case SubscriptionReport.Followed followed -> List.of(SafePath.visible(followed.name()));
            case SubscriptionReport.Updated updated -> List.of(SafePath.visible(updated.path()));
            case SubscriptionReport.Restored restored -> List.of(SafePath.visible(restored.path()));
            default -> List.of();
        };
    }

    private static String state(SubscriptionReport.Followed followed) {
        boolean isPaused = followed.state().equals(PAUSED) && followed.trouble() != null;
        return SafePath.visible(isPaused ? followed.state() + " " + followed.trouble() : followed.state());
    }

    private static String updated(SubscriptionReport.Updated updated, Paint paint) {
        String saved = updated.savedBytes() == 0
                ? ""
                : ", " + HumanText.size(updated.savedBytes()) + " of it were here already";
        String kept = updated.kept() == null ? "" : "; what it replaces is in " + SafePath.visible(updated.kept());
        return paint.bold(SafePath.visible(updated.path())) + " is version " + updated.version() + " of "
                + SafePath.visible(updated.name()) + ": " + HumanText.size(updated.bytes()) + " in "
                + HumanText.millis(updated.millis()) + saved + kept + ".";
    }

    private static String resolved(SubscriptionReport.Resolved resolved) {
        String path = SafePath.visible(resolved.path());
        if (resolved.paused() != null) {
            return path + " stays as it is for now: " + SafePath.visible(resolved.name()) + " is paused "
                    + resolved.paused() + ". What you chose is done then.";
        }
        return resolved.choice().equals("mine")
                ? path + " stays as you made it; the next new version is put beside it."
                : path + " is in step again.";
    }

    private static String number(int version) {
        return version == 0 ? "-" : Integer.toString(version);
    }
}
