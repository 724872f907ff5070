/**
 * Bytes in and out, without meaning: TLS streams, sealed datagrams, framing, retransmission.
 */
@NullMarked
package dev.shoal.transport;

import org.jspecify.annotations.NullMarked;
