package dev.shoal.store;

import dev.shoal.content.ContentId;
import org.jspecify.annotations.Nullable;

/**
 * What is under the name of a subscription's file. Immutable.
 *
 * @param stamp what it looks like; null unless it is a file
 * @param content what is in it; null unless it is a file
 */
public record LocalState(
        Kind kind, @Nullable FileStamp stamp, @Nullable ContentId content) {

    /** What it is to the subscription. */
    public enum Kind {
        /** Nothing is there. */
        MISSING,
        /** What was put there, or was declared to be right. */
        AS_PUT,
        /** A file with another content. */
        EDITED,
        /** Something that is no ordinary file: a folder, a link, a device. */
        IN_THE_WAY
    }

    static final LocalState MISSING = new LocalState(Kind.MISSING, null, null);
    static final LocalState IN_THE_WAY = new LocalState(Kind.IN_THE_WAY, null, null);
}
