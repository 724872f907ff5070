package dev.shoal.content;

/** What a folder's listing says of one path in it. Folders that are not empty follow from the paths. Immutable. */
public sealed interface FolderEntry {

    /** Where it is: components joined by {@code /}, from the folder on. */
    String path();

    /**
     * A file.
     *
     * @param path where it is
     * @param content what is in it
     * @param executable whether it may be run
     */
    record File(String path, ContentId content, boolean executable) implements FolderEntry {}

    /** A folder without anything in it. */
    record EmptyFolder(String path) implements FolderEntry {}

    /**
     * A symbolic link to something in the same folder.
     *
     * @param path where it is
     * @param target what it says: components joined by {@code /}, seen from where the link is
     */
    record Link(String path, String target) implements FolderEntry {}
}
