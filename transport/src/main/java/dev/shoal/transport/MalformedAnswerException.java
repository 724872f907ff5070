package dev.shoal.transport;

import dev.shoal.protocol.MalformedPduException;

/**
 * The index answered a request with something that no answer can be. It was the index and nobody else: another version
 * of the program, or one that means no good. To ask again would not help.
 */
public final class MalformedAnswerException extends TransportException {

    private static final long serialVersionUID = 1L;

    /** With what is wrong with the answer. */
    public MalformedAnswerException(MalformedPduException cause) {
        super("the index's answer makes no sense: " + cause.getMessage(), cause);
    }
}
