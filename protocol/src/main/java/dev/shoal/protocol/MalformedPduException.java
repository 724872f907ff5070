package dev.shoal.protocol;

/** Bytes that are not the PDU they claim to be. The message says which field is wrong, and how. */
public final class MalformedPduException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence for the log and for the error that answers it. */
    public MalformedPduException(String message) {
        super(message, null, false, false);
    }
}
