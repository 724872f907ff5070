package dev.shoal.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks of a home that concerns how fast it may be, and when. It is written down in the home, and the
 * process that runs its peer keeps to it at once; where none runs, the next one does. The index is always null, as it
 * is no matter of an index. Immutable.
 */
public sealed interface LimitWish extends Request
        permits LimitWish.ShowLimits,
                LimitWish.ShowSchedule,
                LimitWish.PutSchedule,
                LimitWish.AddLimit,
                LimitWish.RemoveLimit,
                LimitWish.Pause,
                LimitWish.Resume {

    /**
     * What holds now, and all rules. Answered by a {@link LimitReport.Limits} for everything together and for each name
     * that rules or pauses are about, and by a {@link LimitReport.Rule} each.
     */
    record ShowLimits(@Nullable String index) implements LimitWish {

        /** The one that there is. */
        public ShowLimits() {
            this(null);
        }
    }

    /** The same as a whole: answered by a {@link LimitReport.WholeSchedule}. */
    record ShowSchedule(@Nullable String index) implements LimitWish {

        /** The one that there is. */
        public ShowSchedule() {
            this(null);
        }
    }

    /**
     * What a rule says; as {@link AddLimit} has it.
     *
     * @param name what it limits: a name, whole or without the owner; null for everything together
     * @param upload most that is sent a second, as {@link Rate} reads it, or {@code paused}; null for no word about it
     * @param download most that is received a second
     * @param from when it begins, as {@code 8:00}; null for midnight, or for no matter when
     * @param to when it ends; null for midnight, or for no matter when. An end before the beginning is on the next day
     * @param days on which days it begins, as {@code mon-fri} or {@code sat,sun}; null for every day
     */
    record NewRule(
            @Nullable String name,
            @Nullable String upload,
            @Nullable String download,
            @Nullable String from,
            @Nullable String to,
            @Nullable String days) {}

    /**
     * Replaces all rules, all pauses, or both, at once or not at all. Answered by the
     * {@link LimitReport.WholeSchedule} that holds then.
     *
     * @param rules numbered from 1 on in this order; null to leave them as they are
     * @param pauses what is paused; null to leave that as it is
     */
    record PutSchedule(
            @Nullable String index,
            @Nullable List<NewRule> rules,
            @Nullable List<LimitReport.PauseKept> pauses) implements LimitWish {

        /** Copies the lists. */
        public PutSchedule {
            rules = rules == null ? null : List.copyOf(rules);
            pauses = pauses == null ? null : List.copyOf(pauses);
        }
    }

    /**
     * Adds a rule. Answered by its {@link LimitReport.Rule}.
     *
     * @param name what it limits: a name, whole or without the owner; null for everything together
     * @param upload most that is sent a second, as {@link Rate} reads it, or {@code paused}; null for no word about it
     * @param download most that is received a second
     * @param from when it begins, as {@code 8:00}; null for midnight, or for no matter when
     * @param to when it ends; null for midnight, or for no matter when. An end before the beginning is on the next day
     * @param days on which days it begins, as {@code mon-fri} or {@code sat,sun}; null for every day
     */
    record AddLimit(
            @Nullable String index,
            @Nullable String name,
            @Nullable String upload,
            @Nullable String download,
            @Nullable String from,
            @Nullable String to,
            @Nullable String days)
            implements LimitWish {

        /** At no index. */
        public AddLimit(
                @Nullable String name,
                @Nullable String upload,
                @Nullable String download,
                @Nullable String from,
                @Nullable String to,
                @Nullable String days) {
            this(null, name, upload, download, from, to, days);
        }
    }

    /**
     * Takes rules away. Answered by {@link LimitReport.RulesRemoved}.
     *
     * @param number which one; 0 for all
     */
    record RemoveLimit(@Nullable String index, int number) implements LimitWish {

        /** At no index. */
        public RemoveLimit(int number) {
            this(null, number);
        }
    }

    /**
     * Lets nothing go any more: what is on its way still comes, nothing more is requested, and what others ask for they
     * are asked to come again for. Answered by {@link LimitReport.Paused}.
     *
     * @param name what: a name that is followed, shared or downloaded here, whole or without the owner; null for
     *     everything
     * @param forMillis for how long; 0 until {@link Resume}
     */
    record Pause(@Nullable String index, @Nullable String name, long forMillis) implements LimitWish {

        /** At no index. */
        public Pause(@Nullable String name, long forMillis) {
            this(null, name, forMillis);
        }
    }

    /**
     * Ends a {@link Pause}; everything goes on where it was. Answered by {@link LimitReport.Resumed}.
     *
     * @param name what was paused by its name; null for everything, and all names that were paused by theirs
     */
    record Resume(@Nullable String index, @Nullable String name) implements LimitWish {

        /** At no index. */
        public Resume(@Nullable String name) {
            this(null, name);
        }
    }
}
