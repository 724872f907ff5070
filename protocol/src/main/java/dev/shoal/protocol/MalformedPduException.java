package dev.shoal.protocol;

/** Bytes that are not the PDU they claim to be. The message says which field is wrong, and how. */
public final class MalformedPduException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** With a sentence for the log and for the error that answers it. */
    public MalformedPduException(String message) {
        this(ErrorCode.MALFORMED, message);
    }

    /** With the code of the error that answers it. */
    MalformedPduException(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** What to answer where an answer is possible: MALFORMED, or UNSUPPORTED for a letter that is not known here. */
    public ErrorCode code() {
        return code;
    }
}
