package dev.shoal.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What there is to tell of the tasks of a peer that stays up. Immutable. */
public sealed interface TaskReport extends Report
        permits TaskReport.Up,
                TaskReport.Taken,
                TaskReport.Tasks,
                TaskReport.Task,
                TaskReport.TaskDetail,
                TaskReport.Rates,
                TaskReport.Happened,
                TaskReport.SettingsNow,
                TaskReport.TaskEnded {

    /** What a task that shares is called. */
    String SHARE = "share";

    /** What a task that downloads is called. */
    String DOWNLOAD = "download";

    /**
     * The peer stays up.
     *
     * @param process number of its process
     * @param sinceMillis since when
     * @param uploadLimit what goes out at most, as {@link Rate} reads it
     * @param downloadLimit what comes in at most
     * @param shares how many tasks share
     * @param downloads how many download
     * @param remaining how many of an earlier process are not taken up again yet
     * @param downloadLinks how many plain download links lead to something of it
     */
    record Up(
            long process,
            long sinceMillis,
            String uploadLimit,
            String downloadLimit,
            int shares,
            int downloads,
            int remaining,
            int downloadLinks)
            implements TaskReport {}

    /**
     * The peer that stays up goes on with it by itself.
     *
     * @param id number of the task, the first one if it is several; {@link #NOBODY} when that peer has ended before it
     *     stood, and who asked looks for another one or does it alone
     */
    record Taken(long id) implements TaskReport {

        /** Nobody goes on with it any more. Tasks are numbered from 1 on. */
        public static final long NOBODY = 0;
    }

    /** How many tasks there are that were asked for, of which a part follows. */
    record Tasks(int total) implements TaskReport {}

    /**
     * A task.
     *
     * @param kind {@link #SHARE} or {@link #DOWNLOAD}
     * @param state starting, waiting, queued, paused (by itself), downloading, sharing, done, changed (the file, and so
     *     not served any more) or failed
     * @param name what is shared or downloaded; as it was asked for, as long as it is not known better
     * @param path where it is, or is to be
     * @param bytes how long it is; 0 when that is not known
     * @param doneBytes how much of it is here
     * @param remainingSeconds estimate; −1 when there is none
     * @param uploadedBytes how much of it was sent, since the process began; while it is downloaded as well
     * @param limitBytesPerSecond most that goes out of it now, 0 while it is paused; of a download that is not here
     *     yet, most that is requested for it; −1 for no limit
     * @param access who may get it, as {@link Report#access} writes it
     * @param watched whether it is published anew whenever it changes
     * @param link what others get it by; null when it is not known
     * @param trouble what is in the way, or why it is not served any more; null for nothing
     * @param paused why nothing is fetched, in words that follow "paused"; null when something is, or is not needed
     * @param seedFor how long it is passed on, where that was said of this download; null for as the settings say
     * @param seedRatio how many times, likewise
     * @param sinceMillis when it was begun
     */
    record Task(
            long id,
            String kind,
            String state,
            String name,
            String path,
            long bytes,
            long doneBytes,
            long rateBytesPerSecond,
            long remainingSeconds,
            int sources,
            long uploadedBytes,
            long limitBytesPerSecond,
            String access,
            boolean watched,
            @Nullable String link,
            @Nullable String trouble,
            @Nullable String paused,
            @Nullable String seedFor,
            @Nullable String seedRatio,
            long sinceMillis)
            implements TaskReport {}

    /**
     * A task that downloads, looked at closely.
     *
     * @param chunks how many chunks the content has; 0 as long as nothing of it runs in this process
     * @param chunkBytes how long a chunk is; 0 as well
     * @param chunksPerCell how many chunks a cell stands for; the last one may stand for fewer
     * @param cells a number each: 0 missing, −1 under way or here in part, −2 here from before this run, −3 copied from
     *     files that are here, −4 not wanted, above 0 here, most of it from the source of that number
     * @param queue what it waits for; null for nothing
     */
    record TaskDetail(
            Task task,
            int chunks,
            int chunkBytes,
            int chunksPerCell,
            List<Integer> cells,
            List<SourceDetail> sources,
            @Nullable QueuePlace queue)
            implements TaskReport {

        /** Copies the lists. */
        public TaskDetail {
            cells = List.copyOf(cells);
            sources = List.copyOf(sources);
        }
    }

    /**
     * A source of a download.
     *
     * @param number its own among the sources of this download, from 1 on
     * @param peer who it is, as a fingerprint
     * @param user its account, when whoever tells this knows; null when not
     * @param address where it was reached
     * @param rateBytesPerSecond how fast it sends now
     * @param receivedBytes what has come from it
     * @param completeness how much of the content it has, from 0 to 1
     * @param state sending, waiting (something is asked of it, and did not come yet), idle (nothing is asked of it) or
     *     dropped (not used any more)
     * @param why what it did wrong, or why it is not used any more; null for nothing
     */
    record SourceDetail(
            int number,
            String peer,
            @Nullable String user,
            String address,
            long rateBytesPerSecond,
            long receivedBytes,
            double completeness,
            String state,
            @Nullable String why) {

        static final String IDLE = "idle";
        static final String DROPPED = "dropped";

        /** The same when nothing is asked of anybody any more. */
        SourceDetail atRest() {
            return state.equals(DROPPED)
                    ? this
                    : new SourceDetail(number, peer, user, address, 0, receivedBytes, completeness, IDLE, why);
        }

        /** The same with a user. */
        public SourceDetail by(@Nullable String known) {
            return new SourceDetail(
                    number, peer, known, address, rateBytesPerSecond, receivedBytes, completeness, state, why);
        }
    }

    /**
     * What a download waits for.
     *
     * @param place how many turns it is until its own; 1 for the next, 0 when it does not wait for a turn
     * @param why a sentence
     */
    record QueuePlace(int place, String why) {}

    /**
     * How fast the peer was in the last minutes.
     *
     * @param everyMillis how much time each number stands for
     * @param untilMillis when the last of it ended
     * @param upload bytes sent a second, the oldest first
     * @param download bytes received a second
     */
    record Rates(long everyMillis, long untilMillis, List<Long> upload, List<Long> download) implements TaskReport {

        /** Copies the lists. */
        public Rates {
            upload = List.copyOf(upload);
            download = List.copyOf(download);
        }
    }

    /**
     * Something that has happened.
     *
     * @param id larger for what happened later, in this process
     * @param atMillis when
     * @param kind the name of what was told, as its events have it: task, taskEnded, got, updated, conflict or said
     * @param level DETAIL, INFO or WARNING
     * @param text a sentence
     * @param data what was told
     */
    record Happened(long id, long atMillis, String kind, String level, String text, Report data)
            implements TaskReport {}

    /**
     * The settings of the home, and which of them hold.
     *
     * @param problem what is wrong with their file, of which the values before hold; null for nothing
     */
    record SettingsNow(List<SettingNow> items, @Nullable String problem) implements TaskReport {

        /** Copies the list. */
        public SettingsNow {
            items = List.copyOf(items);
        }
    }

    /**
     * A setting.
     *
     * @param value what is configured, else the standard; empty for neither
     * @param standard what it is when nothing is configured
     * @param meaning what it means, in a line
     * @param configured whether the file names a value of its own
     * @param atOnce whether a running peer takes a change up at once
     * @param pending whether this one runs with another value until its next start
     */
    record SettingNow(
            String key,
            String value,
            String standard,
            String meaning,
            boolean configured,
            boolean atOnce,
            boolean pending) {}

    /** A task is no more. */
    record TaskEnded(long id, String kind, String name) implements TaskReport {}
}
