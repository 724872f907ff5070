package dev.shoal.store;

/** There is nothing in a folder that was asked for. */
public final class NoSuchPathException extends StoreException {

    private static final long serialVersionUID = 1L;

    NoSuchPathException(String message) {
        super(message);
    }
}
