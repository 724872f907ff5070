package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.IndexReply.Listing;
import dev.shoal.protocol.ShareId;
import org.jspecify.annotations.Nullable;

/**
 * The latest version of a name, as lists show it. Immutable.
 *
 * @param name the name
 * @param content what its latest version is
 * @param folder whether that is a folder's listing
 * @param version number of the latest version
 * @param publishedMillis when its owner says that it was published, since 1970
 * @param audience whom it is shared with; null for everybody
 */
public record NameRow(
        Name name,
        ContentId content,
        boolean folder,
        int version,
        long publishedMillis,
        @Nullable AudienceId audience) {

    /** For everybody. */
    public NameRow(Name name, ContentId content, boolean folder, int version, long publishedMillis) {
        this(name, content, folder, version, publishedMillis, null);
    }

    /** Under which id its sources have registered. */
    ContentId registered() {
        return audience == null ? content : ShareId.of(audience, content);
    }

    /** With how many have it. */
    Listing listing(Directory.State state) {
        return new Listing(
                name, content, folder, audience != null, version, publishedMillis, state.seeds(), state.sources());
    }
}
