package dev.shoal.peer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks of a peer that stays up by itself: what it shares and downloads goes on when whoever asked for it
 * has gone, and comes back when it is started again. Immutable.
 */
public sealed interface TaskWish extends Request
        permits TaskWish.Stay,
                TaskWish.Begin,
                TaskWish.End,
                TaskWish.ListTasks,
                TaskWish.Listen,
                TaskWish.Look,
                TaskWish.LookClosely,
                TaskWish.ShowRates,
                TaskWish.Settings,
                TaskWish.ShowActivity,
                TaskWish.PauseTask,
                TaskWish.ResumeTask,
                TaskWish.Summary,
                TaskWish.Down,
                WebLinkWish {

    /** The same of another index. */
    default Request at(@Nullable String other) {
        return this;
    }

    /**
     * This process is the peer of its home until it is cancelled or {@link Down} is asked: it takes up again what the
     * one before shared and downloaded, and keeps in step what the home follows. Answered by {@link Report.Running}
     * when it answers others. Refused when another process runs the peer.
     */
    record Stay(@Nullable String index) implements TaskWish {}

    /**
     * Shares or downloads, as a task of the peer that stays up: answered by {@link TaskReport.Taken} and by what then
     * happens until it stands. Where the peer does not stay up, it is carried out as if the work alone were asked; but
     * a download that is detached, or that says how long it is passed on, is refused there.
     *
     * @param work a {@link Request.Share} or a {@link Request.Get}
     * @param detached whether whoever asks leaves a download as soon as it has begun; else it ends when he goes
     */
    record Begin(Request work, boolean detached) implements TaskWish {

        /** Checks what it is. */
        public Begin {
            boolean lasts =
                    work instanceof Request.Share || (work instanceof Request.Get get && !get.seed() && !get.stream());
            if (!lasts) {
                throw new PeerException(
                        PeerException.Reason.USAGE, "Only shares and downloads go on by themselves, not " + work + ".");
            }
        }

        @Override
        public @Nullable String index() {
            return work.index();
        }

        @Override
        public Begin at(@Nullable String other) {
            return new Begin(work.orAt(other), detached);
        }
    }

    /**
     * Ends tasks; files stay, and so do names in the index. Answered by a {@link TaskReport.TaskEnded} each.
     *
     * @param index always null: it is no matter of an index
     * @param ids numbers of tasks; none for those of the names
     * @param names names, whole or without the owner
     * @param all whether to end all
     */
    record End(@Nullable String index, List<Long> ids, List<String> names, boolean all) implements TaskWish {

        /** Some of them. */
        public End {
            ids = List.copyOf(ids);
            names = List.copyOf(names);
        }
    }

    /**
     * Tasks, the youngest first: answered by a {@link TaskReport.Tasks} and by a {@link TaskReport.Task} each.
     *
     * @param index always null
     * @param kind {@code share} or {@code download}; empty for both
     * @param text what name or path have to contain, in any case; empty for anything
     * @param offset how many to leave out at the beginning
     * @param limit most to tell, 1 to {@link #MOST_AT_ONCE}
     */
    record ListTasks(@Nullable String index, String kind, String text, int offset, int limit) implements TaskWish {

        /** What one answer holds at most: a page, or all of a large home. */
        public static final int MOST_AT_ONCE = TaskTable.MOST_TASKS;

        /**
         * Checks the numbers.
         *
         * @throws PeerException with reason USAGE when they are out of range
         */
        public ListTasks {
            if (offset < 0 || limit < 1 || limit > MOST_AT_ONCE) {
                throw new PeerException(
                        PeerException.Reason.USAGE,
                        "From 1 to " + MOST_AT_ONCE + " can be listed at a time, from 0 on.");
            }
        }
    }

    /**
     * Hears what happens until it is cancelled: a {@link TaskReport.Task} whenever one has changed, a {@link
     * TaskReport.TaskEnded}, what happens to followed names, and sentences.
     *
     * @param index always null
     */
    record Listen(@Nullable String index) implements TaskWish {}

    /**
     * Changes settings of the home, all of these or none, and takes them up. Answered by
     * {@link TaskReport.SettingsNow}.
     *
     * @param index always null
     * @param changes by their names; an empty value goes back to the default. None to change nothing
     */
    record Settings(@Nullable String index, Map<String, String> changes) implements TaskWish {

        /** Copies the map. */
        public Settings {
            changes = Map.copyOf(changes);
        }
    }

    /**
     * How fast the peer was in the last minutes: answered by {@link TaskReport.Rates}.
     *
     * @param index always null
     */
    record ShowRates(@Nullable String index) implements TaskWish {}

    /**
     * What has happened lately, the newest first: answered by a {@link TaskReport.Happened} each.
     *
     * @param index always null
     * @param text what the sentence has to contain, in any case; empty for anything
     * @param kinds what kinds of things; none for all
     * @param level the least: DETAIL, INFO or WARNING
     * @param before only what has a smaller number; 0 for all
     * @param limit most to tell, from 1 on
     */
    record ShowActivity(@Nullable String index, String text, List<String> kinds, String level, long before, int limit)
            implements TaskWish {

        /**
         * Checks the level and the limit.
         *
         * @throws PeerException with reason USAGE when they are none
         */
        public ShowActivity {
            kinds = List.copyOf(kinds);
            if (limit < 1 || !List.of("DETAIL", "INFO", "WARNING").contains(level)) {
                throw new PeerException(
                        PeerException.Reason.USAGE, "level is DETAIL, INFO or WARNING, and limit at least 1.");
            }
        }
    }

    /**
     * One task: answered by a {@link TaskReport.Task}.
     *
     * @param index always null
     * @param id its number
     */
    record Look(@Nullable String index, long id) implements TaskWish {}

    /**
     * One task that downloads, with its chunks and sources: answered by a {@link TaskReport.TaskDetail}.
     *
     * @param index always null
     * @param id its number
     * @param cells how many cells the picture of its chunks has at most, 1 to {@link #MOST_CELLS}
     */
    record LookClosely(@Nullable String index, long id, int cells) implements TaskWish {

        /** No screen shows more. */
        public static final int MOST_CELLS = 4_000;

        /**
         * Checks the numbers.
         *
         * @throws PeerException with reason USAGE when they are out of range
         */
        public LookClosely {
            if (cells < 1 || cells > MOST_CELLS) {
                throw new PeerException(
                        PeerException.Reason.USAGE, "A picture of chunks has from 1 to " + MOST_CELLS + " cells.");
            }
        }
    }

    /**
     * Fetches nothing more for a task that downloads, until {@link ResumeTask}, also after a restart; what is here
     * stays. Answered by its {@link TaskReport.Task}.
     *
     * @param index always null
     * @param id its number
     */
    record PauseTask(@Nullable String index, long id) implements TaskWish {}

    /**
     * Lets a task that downloads go on where it was, or try again what failed. Answered by its
     * {@link TaskReport.Task}.
     *
     * @param index always null
     * @param id its number
     */
    record ResumeTask(@Nullable String index, long id) implements TaskWish {}

    /**
     * How the peer that stays up is as a whole: answered by {@link TaskReport.Up}.
     *
     * @param index always null
     */
    record Summary(@Nullable String index) implements TaskWish {}

    /**
     * Ends the process that stays up; answered by {@link Report.Running} when there is one.
     *
     * @param index always null
     */
    record Down(@Nullable String index) implements TaskWish {}
}
