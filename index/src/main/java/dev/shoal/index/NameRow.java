package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.IndexReply.Listing;

/**
 * The latest version of a name, as lists show it. Immutable.
 *
 * @param name the name
 * @param content what its latest version is
 * @param folder whether that is a folder's listing
 * @param version number of the latest version
 * @param publishedMillis when its owner says that it was published, since 1970
 */
public record NameRow(Name name, ContentId content, boolean folder, int version, long publishedMillis) {

    /** With how many have it. */
    Listing listing(Directory.State state) {
        return new Listing(name, content, folder, version, publishedMillis, state.seeds(), state.sources());
    }
}
