package dev.shoal.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is told of the limits of a home. Rates are in bytes a second, −1 for no limit and 0 for nothing at all; times in
 * milliseconds since 1970. Immutable.
 */
public sealed interface LimitReport extends Report
        permits LimitReport.Limits,
                LimitReport.Rule,
                LimitReport.WholeSchedule,
                LimitReport.RulesRemoved,
                LimitReport.Paused,
                LimitReport.Resumed {

    /**
     * What holds now.
     *
     * @param name of what; null for everything together
     * @param uploadBytesPerSecond most that is sent
     * @param downloadBytesPerSecond most that is received
     * @param uploadRule the rule that says so; 0 for none
     * @param downloadRule the rule that says so; 0 for none
     * @param paused why nothing goes, in words that follow "paused"; null when something may
     * @param changesMillis when the rules or a pause will say something else; 0 for not within two weeks
     */
    record Limits(
            @Nullable String name,
            long uploadBytesPerSecond,
            long downloadBytesPerSecond,
            int uploadRule,
            int downloadRule,
            @Nullable String paused,
            long changesMillis)
            implements LimitReport {}

    /**
     * A rule.
     *
     * @param number by which it is taken away
     * @param name what it limits; null for everything together
     * @param upload most that is sent, as it was written; null for no word about it
     * @param download most that is received, as it was written; null for no word about it
     * @param from when it begins, as {@code 08:00}; null for no matter when
     * @param to when it ends
     * @param days on which days; empty for every day
     * @param counts whether it is the one that counts now, one way at least
     */
    record Rule(
            int number,
            @Nullable String name,
            @Nullable String upload,
            @Nullable String download,
            @Nullable String from,
            @Nullable String to,
            String days,
            boolean counts)
            implements LimitReport {}

    /**
     * Everything that holds by the clock, and until somebody says otherwise.
     *
     * @param limits what holds now: of everything together first, then of each name that rules or pauses are about
     */
    record WholeSchedule(List<Limits> limits, List<Rule> rules, List<PauseKept> pauses) implements LimitReport {

        /** Copies the lists. */
        public WholeSchedule {
            limits = List.copyOf(limits);
            rules = List.copyOf(rules);
            pauses = List.copyOf(pauses);
        }
    }

    /**
     * Something is paused.
     *
     * @param name what; null for everything
     * @param untilMillis when it goes on by itself; 0 for not before somebody says so
     */
    record PauseKept(@Nullable String name, long untilMillis) {}

    /** Rules were taken away. */
    record RulesRemoved(int count) implements LimitReport {}

    /**
     * Something is paused from now on.
     *
     * @param name what; null for everything
     * @param untilMillis when it goes on by itself; 0 for not before somebody says so
     */
    record Paused(@Nullable String name, long untilMillis) implements LimitReport {}

    /**
     * Something goes on.
     *
     * @param name what; null for everything
     * @param still why it does not yet, in words that follow "paused"; null when it does
     */
    record Resumed(@Nullable String name, @Nullable String still) implements LimitReport {}
}
