package dev.shoal.store;

/** There already is something else under the name that a download would get. Nothing was overwritten. */
public final class TargetExistsException extends StoreException {

    private static final long serialVersionUID = 1L;

    TargetExistsException(String message) {
        super(message);
    }
}
