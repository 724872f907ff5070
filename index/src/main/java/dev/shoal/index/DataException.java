package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;

/** The data folder of an index cannot be used: it is another's, or cannot be written, or what is in it is damaged. */
public final class DataException extends IndexException {

    private static final long serialVersionUID = 1L;

    private final boolean inUse;

    private DataException(String message, boolean inUse) {
        super(ErrorCode.UNAVAILABLE, message);
        this.inUse = inUse;
    }

    /** With a sentence. */
    DataException(String message) {
        this(message, false);
    }

    /** With a sentence and a cause. */
    DataException(String message, Throwable cause) {
        this(message, false);
        initCause(cause);
    }

    /** Another index uses it now. */
    static DataException inUse(String message) {
        return new DataException(message, true);
    }

    /** Whether another index uses it now. */
    public boolean isInUse() {
        return inUse;
    }
}
