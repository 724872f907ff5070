package dev.shoal.transport;

/** A connection could not be made or ended, or the other side is not who it should be. The message is for people. */
public class TransportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence. */
    public TransportException(String message) {
        super(message);
    }

    /** With a sentence and what caused it. */
    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
