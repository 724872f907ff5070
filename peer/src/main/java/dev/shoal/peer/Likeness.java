package dev.shoal.peer;

import dev.shoal.protocol.Failure;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.SegmentPdu;
import java.util.BitSet;

/**
 * Whoever puts parts of a download together from what is alike here, as its {@link Transfer} sees it: told of what
 * concerns it, on the links' readers and on the thread of the download, sometimes under the transfer's lock. Must
 * return at once.
 */
interface Likeness {

    /** Nothing is alike. */
    Likeness NONE = new Likeness() {};

    /** Whether nothing is to be requested before it is known what is here. */
    default boolean isWanted() {
        return false;
    }

    /** A source answered with parts of its segment table. */
    default void answered(SourceUse use, SegmentPdu answer) {}

    /** A source sent leaf hashes. Returns whether they were asked for here. */
    default boolean leaves(SourceUse use, PeerPdu.Hashes leaves) {
        return false;
    }

    /** A source does not answer something that may have been asked for here. */
    default void refused(SourceUse use, Failure failure) {}

    /** A source is gone. */
    default void gone(int source) {}

    /** A chunk is to be copied. */
    default void copy(int chunk) {}

    /** Blocks of a chunk that is begun are to be filled in. */
    default void fill(int chunk, BitSet blocks) {}

    /** A chunk that came at least in part was found right or wrong. */
    default void settled(int chunk, boolean right) {}

    /** Time has passed. */
    default void tick() {}
}
