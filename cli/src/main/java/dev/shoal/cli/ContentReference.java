package dev.shoal.cli;

import dev.shoal.content.ContentId;
import dev.shoal.content.SafePath;
import dev.shoal.peer.Report;
import dev.shoal.protocol.Link;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A content as a person names it: its identity, a link, or a name of which the latest version is meant. */
final class ContentReference {

    /** Asks for one name or link, as {@link dev.shoal.peer.Request.Describe} does. */
    interface Question {
        void ask(String target, Consumer<Report> reports);
    }

    private ContentReference() {}

    /**
     * The content that a text means.
     *
     * @param index is asked when the text does not say it itself
     * @throws dev.shoal.peer.PeerException with reason USAGE when the text is nothing of the kind
     */
    static ContentId resolve(String text, Question index) {
        ContentId content = contained(text);
        if (content != null) {
            return content;
        }
        ContentId[] found = new ContentId[1];
        index.ask(text, report -> {
            if (report instanceof Report.Details details) {
                found[0] = ContentId.parse(details.content());
            }
        });
        if (found[0] == null) {
            throw Mistake.notFound("There is no \"" + SafePath.visible(text) + "\" at the index.");
        }
        return found[0];
    }

    private static @Nullable ContentId contained(String text) {
        try {
            if (text.startsWith(Link.SCHEME)) {
                return Link.parse(text).content();
            }
            return text.indexOf('/') >= 0 ? null : ContentId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Mistake.usage("\"" + SafePath.visible(text) + "\" is neither a link nor a name nor a content id: "
                    + e.getMessage() + ".");
        }
    }
}
