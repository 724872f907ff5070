package dev.shoal.transport;

/** An exported key cannot be opened with this passphrase. */
public final class WrongPassphraseException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What the library says of it is for logs. */
    WrongPassphraseException(Throwable cause) {
        super("this passphrase does not open the key", cause);
    }
}
