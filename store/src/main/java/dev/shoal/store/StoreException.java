package dev.shoal.store;

/**
 * Something on disk is not as it has to be. The message is for people: what happened, what it means, what to do. The
 * subclasses are what a caller may want to treat in its own way; anything else is this class itself.
 */
public class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence for people. */
    public StoreException(String message) {
        super(message);
    }

    /** With a sentence for people, and what the system said. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
