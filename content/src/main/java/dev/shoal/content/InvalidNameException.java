package dev.shoal.content;

/** A name or a path that Shoal does not take; the message names it and says why. */
public final class InvalidNameException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** With a sentence for people. */
    public InvalidNameException(String message) {
        super(message);
    }
}
