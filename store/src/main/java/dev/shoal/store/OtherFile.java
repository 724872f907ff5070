package dev.shoal.store;

import dev.shoal.content.ContentId;
import java.nio.file.Path;

/**
 * A file that a subscription keeps besides the one that it is about. Immutable.
 *
 * @param file where it is, absolute
 * @param number of which version; 0 for what a person made
 * @param content what is in it
 * @param stamp what it looked like then
 */
public record OtherFile(Kind kind, Path file, int number, ContentId content, FileStamp stamp) {

    /** Why it is kept. */
    public enum Kind {
        /** A newer version took its place. */
        REPLACED,
        /** It is a newer version, beside a file that was edited. */
        BESIDE
    }

    /** Whether it is there and looks as it did. */
    public boolean isCurrent() {
        return Replacement.stampOf(file).filter(stamp::equals).isPresent();
    }
}
