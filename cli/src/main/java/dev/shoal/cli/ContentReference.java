package dev.shoal.cli;

import dev.shoal.content.ContentId;
import dev.shoal.content.SafePath;
import dev.shoal.protocol.Link;

/** A content as a person names it: its identity, or a link that means one version. Pure functions. */
final class ContentReference {

    private ContentReference() {}

    /**
     * The identity in a text.
     *
     * @throws dev.shoal.peer.PeerException with reason USAGE when there is none in it
     */
    static ContentId parse(String text) {
        try {
            return text.startsWith(Link.SCHEME) ? ofLink(text) : ContentId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Mistake.usage("\"" + SafePath.visible(text) + "\" is neither a content id nor a link with one: "
                    + e.getMessage() + ".");
        }
    }

    private static ContentId ofLink(String text) {
        ContentId content = Link.parse(text).content();
        if (content == null) {
            throw Mistake.usage("This link means whatever version is the latest, so there is nothing to compare with."
                    + " `shoal info LINK` shows the content id of the latest one.");
        }
        return content;
    }
}
