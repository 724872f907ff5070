package dev.shoal.store;

/** A part file belongs to the download of another content. Nothing of it was touched. */
public final class OtherContentException extends StoreException {

    private static final long serialVersionUID = 1L;

    OtherContentException(String message) {
        super(message);
    }
}
