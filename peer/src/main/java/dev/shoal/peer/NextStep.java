package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.store.LocalState;

/**
 * What is to be done with a subscription: follows from what is known of the name and what is on the disk, and from
 * nothing else. Pure.
 */
enum NextStep {
    /** The latest version was dealt with. What is there, or that nothing is, stays as it is. */
    NOTHING,
    /** The latest version is there already, however it came there: it only has to be written down. */
    ADOPT,
    /** The latest version is to be fetched, and put there. */
    PUT,
    /** The latest version is to be fetched, and put beside what a person has made of the file. */
    PUT_BESIDE,
    /** The same, but nobody wants it beside the file: it only has to be told. */
    PASS;

    /**
     * A file that a person edited is never replaced, whatever came before. One that a person deleted is not brought
     * back; the next new version is put there again.
     *
     * @param seen the highest version that was dealt with
     * @param latest the latest version
     * @param content that of the latest version
     * @param local what is there
     * @param copies how many versions may stand beside the file
     */
    static NextStep of(int seen, int latest, ContentId content, LocalState local, int copies) {
        if (latest <= seen) {
            return NOTHING;
        }
        if (content.equals(local.content())) {
            return ADOPT;
        }
        return switch (local.kind()) {
            case MISSING, AS_PUT -> PUT;
            case EDITED, IN_THE_WAY -> copies > 0 ? PUT_BESIDE : PASS;
        };
    }
}
