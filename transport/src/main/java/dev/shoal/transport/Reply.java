package dev.shoal.transport;

import dev.shoal.protocol.Pdu;

/**
 * An answer that arrived. Immutable.
 *
 * @param pdu an {@link dev.shoal.protocol.IndexReply} or a {@link dev.shoal.protocol.Failure}
 * @param truncated whether a list in it was cut to fit a datagram
 */
public record Reply(Pdu pdu, boolean truncated) {}
