package dev.shoal.index;

import dev.shoal.protocol.Pdu;
import org.jspecify.annotations.Nullable;

/**
 * What to send back. Immutable.
 *
 * @param pdu an {@link dev.shoal.protocol.IndexReply} or a {@link dev.shoal.protocol.Failure}; null for nothing
 * @param truncated whether to say that the answer was cut, and is to be asked for again over TLS
 */
public record Answer(@Nullable Pdu pdu, boolean truncated) {

    /** No answer is sent. */
    public static final Answer NONE = new Answer(null, false);

    /** A whole answer. */
    public static Answer of(Pdu pdu) {
        return new Answer(pdu, false);
    }
}
