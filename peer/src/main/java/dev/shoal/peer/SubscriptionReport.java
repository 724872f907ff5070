package dev.shoal.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is told of the names that a home follows. Paths are absolute, times in milliseconds since 1970, sizes in bytes.
 * Immutable.
 */
public sealed interface SubscriptionReport extends Report
        permits SubscriptionReport.Subscribed,
                SubscriptionReport.Updated,
                SubscriptionReport.Conflict,
                SubscriptionReport.Unsubscribed,
                SubscriptionReport.Followed,
                SubscriptionReport.Following,
                SubscriptionReport.Restored,
                SubscriptionReport.Resolved {

    /**
     * A name is followed from now on.
     *
     * @param version the latest version
     * @param fresh whether it was not followed before
     */
    record Subscribed(String name, String path, int version, boolean fresh) implements SubscriptionReport {}

    /**
     * A version is there.
     *
     * @param fetchedBytes how much of it came from the network
     * @param savedBytes how much of it was here already
     * @param kept where the version is that it took the place of; null when none is kept
     */
    record Updated(
            String name,
            String path,
            int version,
            String content,
            long bytes,
            long fetchedBytes,
            long savedBytes,
            long millis,
            @Nullable String kept)
            implements SubscriptionReport {}

    /**
     * A version could not take the place of a file, because a person has edited that.
     *
     * @param path the file that was edited
     * @param copy where the version is, or what the person made of the file in the last moment; null when it was not
     *     fetched
     * @param text what has happened, and what to do
     */
    record Conflict(
            String name, String path, int version, @Nullable String copy, String text) implements SubscriptionReport {}

    /**
     * A name is not followed any more.
     *
     * @param history where replaced versions are still kept; null when there are none
     */
    record Unsubscribed(String name, String path, @Nullable String history) implements SubscriptionReport {}

    /**
     * A name that is followed.
     *
     * @param version which version is there; 0 for none, or for what a person made
     * @param latest the latest version that is known of; 0 when that is not known yet
     * @param state in a word: current, behind, updating, waiting, paused, edited, conflict, deleted, restored, gone,
     *     failed
     * @param trouble what is in the way, or why it is paused in words that follow that; null for nothing
     * @param savedBytes how much of all versions did not have to come from the network
     * @param kept the replaced versions that can be brought back, the newest first
     * @param copies versions that stand beside the file
     */
    record Followed(
            String name,
            String path,
            int version,
            int latest,
            String state,
            @Nullable String trouble,
            long syncedMillis,
            long savedBytes,
            int keep,
            @Nullable String limit,
            List<Integer> kept,
            List<String> copies)
            implements SubscriptionReport {}

    /** All names that were told are followed from now on, until the end of the request. */
    record Following(int names) implements SubscriptionReport {}

    /**
     * A replaced version is back, until the next new one comes.
     *
     * @param version which one; 0 for what a person made
     */
    record Restored(String name, String path, int version) implements SubscriptionReport {}

    /**
     * It is decided what becomes of an edited file.
     *
     * @param choice what was chosen: mine, theirs or both
     * @param paused why nothing is fetched now, in words that follow "paused": it is done afterwards; null when it is
     *     done
     */
    record Resolved(
            String name,
            String path,
            String choice,
            @Nullable String paused) implements SubscriptionReport {}
}
