package dev.shoal.content;

/** A folder that Shoal neither shares nor takes; the message names the path inside and says why. */
public final class InvalidFolderException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** With a sentence for people. */
    public InvalidFolderException(String message) {
        super(message);
    }
}
