package dev.shoal.peer;

import org.jspecify.annotations.Nullable;

/** What there is to tell of the tasks of a peer that stays up. Immutable. */
public sealed interface TaskReport extends Report
        permits TaskReport.Up, TaskReport.Taken, TaskReport.Tasks, TaskReport.Task, TaskReport.TaskEnded {

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
     */
    record Up(
            long process,
            long sinceMillis,
            String uploadLimit,
            String downloadLimit,
            int shares,
            int downloads,
            int remaining)
            implements TaskReport {}

    /**
     * The peer that stays up goes on with it by itself.
     *
     * @param id number of the task, the first one if it is several
     */
    record Taken(long id) implements TaskReport {}

    /** How many tasks there are that were asked for, of which a part follows. */
    record Tasks(int total) implements TaskReport {}

    /**
     * A task.
     *
     * @param kind {@link #SHARE} or {@link #DOWNLOAD}
     * @param state starting, waiting, queued, downloading, sharing, done, changed (the file, and so not served any
     *     more) or failed
     * @param name what is shared or downloaded; as it was asked for, as long as it is not known better
     * @param path where it is, or is to be
     * @param bytes how long it is; 0 when that is not known
     * @param doneBytes how much of it is here
     * @param remainingSeconds estimate; −1 when there is none
     * @param uploadedBytes how much of it was sent, since the process began
     * @param limitBytesPerSecond most that goes out of it now, 0 while it is paused; −1 for no limit
     * @param access who may get it, as {@link Report#access} writes it
     * @param watched whether it is published anew whenever it changes
     * @param link what others get it by; null when it is not known
     * @param trouble what is in the way, or why it is not served any more; null for nothing
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
            long sinceMillis)
            implements TaskReport {}

    /** A task is no more. */
    record TaskEnded(long id, String kind, String name) implements TaskReport {}
}
