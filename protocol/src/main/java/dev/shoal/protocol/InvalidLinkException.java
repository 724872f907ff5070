package dev.shoal.protocol;

/** Text that is no link of Shoal; the message says which part is wrong. */
public final class InvalidLinkException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** With a sentence for people. */
    public InvalidLinkException(String message) {
        super(message);
    }
}
