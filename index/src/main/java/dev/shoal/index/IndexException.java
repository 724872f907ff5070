package dev.shoal.index;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;

/** Something of an index failed. The message says what happened, what it means and what to do. */
public sealed class IndexException extends RuntimeException permits DataException {

    private static final long serialVersionUID = 1L;

    /** How long somebody who met a full queue waits: several commits and look-ups. */
    private static final int BUSY_MILLIS = 500;

    private final ErrorCode code;

    /** With the code that tells a peer of it. */
    public IndexException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** With the code that tells a peer of it, and what caused it. */
    public IndexException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What tells a peer of it. */
    public ErrorCode code() {
        return code;
    }

    /** The answer to the request that met it. */
    Failure toFailure() {
        return new Failure(code, code == ErrorCode.BUSY ? BUSY_MILLIS : 0, 0, String.valueOf(getMessage()));
    }
}
