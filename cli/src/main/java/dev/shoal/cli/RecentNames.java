package dev.shoal.cli;

import dev.shoal.peer.Report;
import dev.shoal.peer.SubscriptionReport;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Names that answers of an index contained lately, for completion. Thread-safe. */
final class RecentNames {

    /** More than this nobody looks through. */
    static final int MOST = 1_000;

    private final SequencedSet<String> names = new LinkedHashSet<>();

    /** Remembers the name in a report, if there is one; the oldest is forgotten. */
    synchronized void saw(Report report) {
        String name = switch (report) {
            case Report.Listed listed -> listed.name();
            case Report.Details details -> details.name();
            case Report.Shared shared -> shared.name();
            case SubscriptionReport.Followed followed -> followed.name();
            case SubscriptionReport.Subscribed subscribed -> subscribed.name();
            default -> "";
        };
        if (!name.isEmpty()) {
            names.remove(name);
            names.add(name);
            if (names.size() > MOST) {
                names.removeFirst();
            }
        }
    }

    synchronized List<String> all() {
        return List.copyOf(names);
    }
}
