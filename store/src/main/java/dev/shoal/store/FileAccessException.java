package dev.shoal.store;

/** A file or folder is missing, is of the wrong kind, or may not be read or written by this user. */
public final class FileAccessException extends StoreException {

    private static final long serialVersionUID = 1L;

    FileAccessException(String message) {
        super(message);
    }

    FileAccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
