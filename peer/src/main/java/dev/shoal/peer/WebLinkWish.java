package dev.shoal.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks about plain HTTPS links to what a peer that stays up shares, for people who have no Shoal.
 * Immutable.
 */
public sealed interface WebLinkWish extends TaskWish
        permits WebLinkWish.MakeWebLink, WebLinkWish.ListWebLinks, WebLinkWish.EndWebLinks {

    /**
     * A new link to a share; answered by a {@link WebLinkReport.WebLink}.
     *
     * @param index always null: it is no matter of an index
     * @param share number of the task that shares it; 0 for the one of the name
     * @param name name, whole or without the owner; empty when the number says it
     * @param path absolute path of what is shared, for who may mean that by the name; null for nobody
     * @param forMillis how long it is good for, up to {@link #MOST_MILLIS}
     * @param times how many downloads it is good for, up to {@link #MOST_TIMES}; 0 for any number
     * @param privateToo whether it is made even if only some may get what is shared, as whoever has the link then may
     */
    record MakeWebLink(
            @Nullable String index,
            long share,
            String name,
            @Nullable String path,
            long forMillis,
            int times,
            boolean privateToo)
            implements WebLinkWish {

        /** Checks the numbers. */
        public MakeWebLink {
            if (forMillis < LEAST_MILLIS || forMillis > MOST_MILLIS) {
                throw new PeerException(
                        PeerException.Reason.USAGE, "A link is good for a minute at least, and for 30 days at most.");
            }
            if (times < 0 || times > MOST_TIMES) {
                throw new PeerException(
                        PeerException.Reason.USAGE,
                        "A link is good for 1 to " + MOST_TIMES + " downloads, or 0 for any number.");
            }
        }
    }

    /**
     * The links that there are, the youngest first; answered by a {@link WebLinkReport.WebLink} each.
     *
     * @param index always null
     * @param share number of the task that shares what they are for; 0 for all
     */
    record ListWebLinks(@Nullable String index, long share) implements WebLinkWish {}

    /**
     * Ends links, and what is being downloaded through them; answered by a {@link WebLinkReport.WebLinkEnded} each.
     *
     * @param index always null
     * @param ids their numbers
     * @param names names, whole or without the owner: all links to these
     * @param all whether to end all
     */
    record EndWebLinks(@Nullable String index, List<Long> ids, List<String> names, boolean all) implements WebLinkWish {

        /** Some of them. */
        public EndWebLinks {
            ids = List.copyOf(ids);
            names = List.copyOf(names);
        }
    }

    /** Less is over before it is passed on. */
    long LEAST_MILLIS = 60_000L;

    /** What somebody forgot is open to whoever finds the link; after a month it is not any more. */
    long MOST_MILLIS = 30L * 24 * 60 * 60_000;

    /** How long one is good for when nobody says. */
    long USUAL_MILLIS = 24L * 60 * 60_000;

    /** More is as good as any number. */
    int MOST_TIMES = 1_000_000;
}
