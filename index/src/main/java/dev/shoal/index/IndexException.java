package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;

/** Something of an index failed. The message says what happened, what it means and what to do. */
public sealed class IndexException extends RuntimeException permits DataException {

    private static final long serialVersionUID = 1L;

    /** How long somebody who met a full queue waits: several commits and look-ups. */
    private static final int BUSY_MILLIS = 500;

    private final ErrorCode code;
    private final int retryAfterMillis;

    private IndexException(ErrorCode code, int retryAfterMillis, String message) {
        super(message);
        this.code = code;
        this.retryAfterMillis = retryAfterMillis;
    }

    /** With the code that tells a peer of it. */
    public IndexException(ErrorCode code, String message) {
        this(code, code == ErrorCode.BUSY ? BUSY_MILLIS : 0, message);
    }

    /** With the code that tells a peer of it, and what caused it. */
    public IndexException(ErrorCode code, String message, Throwable cause) {
        this(code, message);
        initCause(cause);
    }

    /** A queue is full, and this is when there may be a place. */
    static IndexException busy(int retryAfterMillis, String message) {
        return new IndexException(ErrorCode.BUSY, retryAfterMillis, message);
    }

    /** What tells a peer of it. */
    public ErrorCode code() {
        return code;
    }

    /** The answer to the request that met it. */
    Failure toFailure() {
        return new Failure(code, retryAfterMillis, 0, String.valueOf(getMessage()));
    }
}
