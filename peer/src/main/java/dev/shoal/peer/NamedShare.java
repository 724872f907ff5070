package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;

/**
 * Something that the index knows under a name. Immutable.
 *
 * @param name the name
 * @param key what it is, and with whom it is shared
 */
record NamedShare(Name name, ShareKey key) {

    /** Which content it is. */
    ContentId content() {
        return key.content();
    }
}
