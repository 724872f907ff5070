package dev.shoal.store;

import org.jspecify.annotations.Nullable;

/** The disk has no room for what is to be written. What was written before is kept. */
public final class DiskFullException extends StoreException {

    private static final long serialVersionUID = 1L;

    private final long missingBytes;

    DiskFullException(String message, long missingBytes, @Nullable Throwable cause) {
        super(message);
        this.missingBytes = missingBytes;
        if (cause != null) {
            initCause(cause);
        }
    }

    /** How many bytes have to be freed at least; 0 when that is not known. */
    public long missingBytes() {
        return missingBytes;
    }
}
