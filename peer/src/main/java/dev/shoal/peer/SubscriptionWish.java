package dev.shoal.peer;

import dev.shoal.store.SubscribedFile;
import dev.shoal.store.Subscription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person asks of a peer that concerns the names that its home follows. Immutable. */
public sealed interface SubscriptionWish extends Request
        permits SubscriptionWish.Subscribe,
                SubscriptionWish.Unsubscribe,
                SubscriptionWish.ListSubscriptions,
                SubscriptionWish.Restore,
                SubscriptionWish.Resolve {

    /** The same of another index. */
    SubscriptionWish at(@Nullable String other);

    /**
     * Follows a name: a file is there, and keeps in step with every new version as long as a peer of the home runs.
     * Answered by {@link SubscriptionReport.Subscribed}, and by what then happens.
     *
     * @param target name or link; not of one version
     * @param output absolute path of the file, or of the folder to put it in
     * @param chosen whether a person chose that; else a name that is followed already stays where it is
     * @param keep how many replaced versions are kept; null for what is configured, or was said before
     * @param limit most bytes a second that come in for it, as {@link Rate} reads it; null for no limit of its own
     * @param include of a folder, patterns of what is wanted; all empty for all, or for what was said before
     * @param exclude patterns of what is not wanted
     * @param waits whether to return only when the latest version is there
     * @param stays whether to go on until it is cancelled, and tell what happens
     * @param exact whether the output is the place itself, also when a folder is there
     */
    record Subscribe(
            @Nullable String index,
            String target,
            String output,
            boolean chosen,
            @Nullable Integer keep,
            @Nullable String limit,
            List<String> include,
            List<String> exclude,
            boolean waits,
            boolean stays,
            boolean exact)
            implements SubscriptionWish {

        /** All of it, whatever it is. */
        public Subscribe(
                @Nullable String index,
                String target,
                String output,
                boolean chosen,
                @Nullable Integer keep,
                @Nullable String limit,
                boolean waits,
                boolean stays) {
            this(index, target, output, chosen, keep, limit, List.of(), List.of(), waits, stays, false);
        }

        /**
         * Checks the number, and copies the lists.
         *
         * @throws PeerException with reason USAGE when so many versions are not kept
         */
        public Subscribe {
            include = List.copyOf(include);
            exclude = List.copyOf(exclude);
            if (keep != null && (keep < 0 || keep > Subscription.MOST_KEPT)) {
                throw new PeerException(
                        PeerException.Reason.USAGE,
                        "From 0 to " + Subscription.MOST_KEPT + " replaced versions are kept, not " + keep + ".");
            }
        }

        @Override
        public Subscribe at(@Nullable String other) {
            return new Subscribe(other, target, output, chosen, keep, limit, include, exclude, waits, stays, exact);
        }
    }

    /** Follows a name no longer; all files stay. Answered by {@link SubscriptionReport.Unsubscribed}. */
    record Unsubscribe(@Nullable String index, String name) implements SubscriptionWish {
        @Override
        public Unsubscribe at(@Nullable String other) {
            return new Unsubscribe(other, name);
        }
    }

    /**
     * What this home follows. Answered by a {@link SubscriptionReport.Followed} each.
     *
     * @param stays whether to keep all of it in step until it is cancelled, and tell what happens
     */
    record ListSubscriptions(@Nullable String index, boolean stays) implements SubscriptionWish {
        @Override
        public ListSubscriptions at(@Nullable String other) {
            return new ListSubscriptions(other, stays);
        }
    }

    /**
     * Brings a replaced version back. Answered by {@link SubscriptionReport.Restored}.
     *
     * @param version which one; 0 for the one that was replaced last
     */
    record Restore(@Nullable String index, String name, int version) implements SubscriptionWish {
        @Override
        public Restore at(@Nullable String other) {
            return new Restore(other, name, version);
        }
    }

    /** Decides what becomes of a file that was edited. Answered by {@link SubscriptionReport.Resolved}. */
    record Resolve(@Nullable String index, String name, SubscribedFile.Choice choice) implements SubscriptionWish {
        @Override
        public Resolve at(@Nullable String other) {
            return new Resolve(other, name, choice);
        }
    }
}
