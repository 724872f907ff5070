package dev.shoal.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One piece of an answer to a {@link Request}: a line of a list, the state of a transfer, a result. Sizes are in bytes,
 * times in milliseconds since 1970, rates in bytes a second. Immutable.
 */
public sealed interface Report
        permits Report.Listed,
                Report.UserOnline,
                Report.Details,
                Report.RolledBack,
                Report.Hashing,
                Report.Shared,
                Report.Progress,
                Report.Got,
                Report.Removed,
                Report.Running,
                Report.Said,
                Report.State,
                AccountReport,
                LimitReport,
                SubscriptionReport,
                TaskReport,
                WebLinkReport {

    /** How it is written who may get something: everybody, or some. */
    static String access(boolean isPrivate) {
        return isPrivate ? "private" : "public";
    }

    /**
     * A name in the index.
     *
     * @param content identity of the latest version
     * @param online whether it can be fetched now
     * @param access who may get it, as {@link #access} writes it
     * @param folder whether it is a folder
     */
    record Listed(
            String name,
            String content,
            int version,
            long bytes,
            long publishedMillis,
            int seeds,
            int sources,
            boolean online,
            String access,
            boolean folder)
            implements Report {}

    /**
     * A user on-line.
     *
     * @param account the account that the peer acts for, which the index vouches for; null for none
     * @param callsItself the name that the peer gave, which nobody checked; may be empty
     */
    record UserOnline(
            @Nullable String account,
            String callsItself,
            String peer,
            String instance,
            long sinceMillis,
            int contents,
            int uploads)
            implements Report {}

    /**
     * A source of a content.
     *
     * @param percent how much of the content it has
     * @param chunks how many chunks it has; −1 when the index does not say
     */
    record SourceOnline(String peer, List<String> endpoints, int percent, int chunks, int load) {}

    /**
     * A version of a name.
     *
     * @param differenceBytes how much larger it is than the one below in the list; null for the last
     * @param changedBytes how many of its bytes are not in the version before, at most, as who published it said; null
     *     where nobody did
     * @param access who may get it, as {@link #access} writes it
     */
    record VersionKept(
            int version,
            long publishedMillis,
            long bytes,
            @Nullable Long differenceBytes,
            @Nullable Long changedBytes,
            String content,
            String note,
            int seeds,
            int sources,
            String access) {}

    /**
     * A name with its version and sources.
     *
     * @param versions all that the index keeps, the newest first
     * @param access who may get it, as {@link #access} writes it
     * @param readers who may besides the owner: accounts, and groups with an @ before them; null when it is public, or
     *     somebody else's
     * @param folder whether it is a folder
     */
    record Details(
            String name,
            int version,
            int latest,
            String content,
            long bytes,
            int chunks,
            int chunkBytes,
            String owner,
            long publishedMillis,
            String note,
            int seeds,
            int sources,
            List<SourceOnline> sourceList,
            String link,
            String access,
            @Nullable List<String> readers,
            List<VersionKept> versions,
            boolean folder)
            implements Report {}

    /**
     * A name is again what it was.
     *
     * @param version number of the version that it is now
     * @param as number of the older version with the same content
     * @param fresh whether this made the version, else it was so already
     * @param seeds how many peers have all of it
     * @param sources how many have some of it
     * @param path where this home has it; null when it does not, as far as is known
     * @param served whether this home's peer serves it from there
     * @param access who may get it, as {@link #access} writes it
     */
    record RolledBack(
            String name,
            int version,
            int as,
            boolean fresh,
            String content,
            long bytes,
            int seeds,
            int sources,
            @Nullable String path,
            boolean served,
            String link,
            String access)
            implements Report {}

    /** How far the hashing of a file is. */
    record Hashing(String path, long doneBytes, long totalBytes) implements Report {}

    /**
     * A file is shared.
     *
     * @param version number of the version that it is now
     * @param fresh whether this made the name or the version, else it was there
     * @param command what somebody else types to get it
     * @param access who may get it, as {@link #access} writes it
     * @param readers who may besides the owner: accounts, and groups with an @ before them; null when it is public, or
     *     somebody else's
     */
    record Shared(
            String path,
            String name,
            int version,
            String content,
            long bytes,
            boolean fresh,
            String link,
            String command,
            String access,
            @Nullable List<String> readers)
            implements Report {}

    /**
     * How a transfer is going.
     *
     * @param remainingSeconds estimate; −1 when it cannot be estimated yet
     * @param phase what it is doing, a word
     */
    record Progress(
            String name,
            long doneBytes,
            long totalBytes,
            long rateBytesPerSecond,
            long remainingSeconds,
            int sources,
            String phase)
            implements Report {
        /** How the phase begins of what is paused; why follows. */
        static final String PAUSED = "paused ";

        /** The phase of what is complete. */
        static final String DONE = "done";
    }

    /** What became of one source of a finished download. */
    record SourceUsed(String peer, long bytes, @Nullable String trouble) {}

    /**
     * A download is complete and verified.
     *
     * @param path the file
     * @param resumedBytes how much of it was there from an earlier attempt
     * @param reusedBytes how much of it was taken from files here that are alike
     * @param receivedBytes how much data came over the network for it
     */
    record Got(
            String name,
            String path,
            String content,
            long bytes,
            long resumedBytes,
            long reusedBytes,
            long receivedBytes,
            long millis,
            List<SourceUsed> sourcesUsed)
            implements Report {}

    /** Names were taken away. */
    record Removed(int count) implements Report {}

    /**
     * The peer of the home runs: it did already, or does from now on.
     *
     * @param user the name that others see
     */
    record Running(String user) implements Report {}

    /** A sentence worth telling. */
    record Said(String level, String text) implements Report {}

    /**
     * A share of this peer.
     *
     * @param limitBytesPerSecond most that goes out of it; −1 when it has no limit of its own
     * @param access who may get it, as {@link #access} writes it
     */
    record ShareState(
            String name,
            String path,
            long bytes,
            long uploadedBytes,
            boolean intact,
            long limitBytesPerSecond,
            String access) {}

    /** What the peer is doing. */
    record State(
            String user,
            String peer,
            String index,
            boolean indexReachable,
            boolean datagrams,
            int listenPort,
            int registered,
            int connections,
            int uploads,
            long uploadedBytes,
            long downloadedBytes,
            List<ShareState> shares,
            List<Progress> downloads)
            implements Report {}
}
