package dev.shoal.store;

/** A part file is being written by another process, or twice by this one. */
public final class PartInUseException extends StoreException {

    private static final long serialVersionUID = 1L;

    PartInUseException(String message) {
        super(message);
    }
}
