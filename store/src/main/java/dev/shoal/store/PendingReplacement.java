package dev.shoal.store;

import dev.shoal.content.ContentId;
import org.jspecify.annotations.Nullable;

/**
 * A replacement that is written down before it begins, with what is true when it has been done. Immutable.
 *
 * @param plan what is done on the disk
 * @param seen the highest version that is dealt with afterwards
 * @param next what is under the name afterwards; null when that counts as edited
 * @param oldNumber of which version the replaced file is; 0 for what a person made
 * @param oldRole what the replaced file is
 */
record PendingReplacement(
        Replacement.Plan plan, int seen, @Nullable Next next, int oldNumber, Subscription.Role oldRole) {

    /** A version of the name. */
    record Next(int number, ContentId content) {}
}
