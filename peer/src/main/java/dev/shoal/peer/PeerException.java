package dev.shoal.peer;

/** Something that a person asked for cannot be done. The message says what happened, what it means and what to do. */
public final class PeerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of thing went wrong; each has an exit code. */
    public enum Reason {
        /** It failed. */
        FAILED,
        /** The request makes no sense. */
        USAGE,
        /** There is no such name or content. */
        NOT_FOUND,
        /** It is not allowed. */
        NOT_ALLOWED,
        /** The index or every source is out of reach. */
        UNREACHABLE,
        /** Data or a signature is not what it should be. */
        VERIFICATION,
        /** The local disk: full, read-only, in the way. */
        DISK
    }

    private final Reason reason;

    /** With a sentence. */
    public PeerException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** With a sentence and a cause. */
    public PeerException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What kind of thing went wrong. */
    public Reason reason() {
        return reason;
    }
}
