package dev.shoal.store;

/** The content was closed, so it can neither be read nor written any more. */
public final class ContentClosedException extends StoreException {

    private static final long serialVersionUID = 1L;

    ContentClosedException(String message) {
        super(message);
    }

    ContentClosedException(String message, Throwable cause) {
        super(message, cause);
    }
}
