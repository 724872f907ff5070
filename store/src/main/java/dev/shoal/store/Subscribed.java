package dev.shoal.store;

import java.nio.file.Path;

/**
 * What of a subscription is on the disk, with what is kept of it. What a person made of it is never overwritten and
 * never removed. Not thread-safe: of one subscription, one at a time.
 */
public sealed interface Subscribed permits SubscribedFile, SubscribedFolder {

    /** The subscription as it is now; others may look at it at any time. */
    Subscription subscription();

    /** Where replaced versions are kept. */
    default Path history() {
        return subscription().file().resolveSibling(SubscribedFile.HISTORY_FOLDER);
    }

    /** Whether a replaced version is kept. */
    boolean keepsReplaced();

    /** Finishes or undoes what a crash interrupted. Costs nothing when nothing was. */
    void recover();

    /** Changes how it is followed. */
    void under(Subscription.Terms terms);

    /** Ends the subscription. All files stay, but for what was on its way. */
    void end();
}
