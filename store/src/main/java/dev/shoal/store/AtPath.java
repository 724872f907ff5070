package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;

/** What is under a path of a folder that is followed. Immutable. */
sealed interface AtPath {

    /** Nothing. */
    record Missing() implements AtPath {}

    /** A file. */
    record AFile(FileStamp stamp, ContentId content) implements AtPath {}

    /** A symbolic link, with what it says. */
    record ALink(String target) implements AtPath {}

    /** A folder. */
    record AFolder() implements AtPath {}

    /** Something else: a device, a pipe, or what cannot be read. */
    record Other() implements AtPath {}

    /**
     * Nothing can be there, as something stands where a folder of the path has to be.
     *
     * @param by the path of that
     */
    record Blocked(String by) implements AtPath {}

    /** Whether this is what an entry says, but for whether a file may be run. */
    default boolean is(FolderEntry entry) {
        return switch (entry) {
            case FolderEntry.File file -> this instanceof AFile here && here.content.equals(file.content());
            case FolderEntry.Link link -> this instanceof ALink here && here.target.equals(link.target());
            case FolderEntry.EmptyFolder empty -> this instanceof AFolder;
        };
    }
}
