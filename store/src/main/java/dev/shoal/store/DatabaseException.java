package dev.shoal.store;

import org.jspecify.annotations.Nullable;

/** A database cannot be opened, read or written. */
public final class DatabaseException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Why a database cannot be used. */
    public enum Reason {
        /** The file is no database, or its structure is broken; trying again does not help. */
        DAMAGED,
        /** A newer Shoal wrote it, with tables that this one does not know. */
        NEWER,
        /** Another process or another thread held it for longer than anyone waits. */
        BUSY,
        /** Anything else; the message says what. */
        FAILED
    }

    private final Reason reason;

    DatabaseException(Reason reason, String message, @Nullable Throwable cause) {
        super(message);
        this.reason = reason;
        if (cause != null) {
            initCause(cause);
        }
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
