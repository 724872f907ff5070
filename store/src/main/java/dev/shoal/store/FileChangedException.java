package dev.shoal.store;

/** A file is not the one that was hashed: it was written, replaced or cut. It has to be hashed again to be shared. */
public final class FileChangedException extends StoreException {

    private static final long serialVersionUID = 1L;

    FileChangedException(String message) {
        super(message);
    }

    FileChangedException(String message, Throwable cause) {
        super(message, cause);
    }
}
