package dev.shoal.protocol;

import java.nio.ByteBuffer;

/** One protocol message without its header. Every kind is a record that encodes itself. Immutable. */
public sealed interface Pdu permits IndexRequest, IndexReply, IndexPush, PeerPdu, PduOfKind, Failure {

    /** Most bytes of a PDU in a datagram: 1 200 less the 33 that sealing adds, which passes every path unfragmented. */
    int MAX_DATAGRAM_BYTES = 1167;

    /** Most bytes of a PDU on a stream: the largest data frame and its header. */
    int MAX_STREAM_BYTES = 256 * 1024 + 64;

    /** The letter of its kind. */
    char letter();

    /** Writes the fields after the header. */
    void encodeBody(WireWriter out);

    /** Writes header and fields as a request, or between peers as the side that downloads; the buffer moves on. */
    default void encodeRequest(int id, ByteBuffer buffer) {
        new Header(letter(), false, false, id).write(buffer);
        encodeBody(new WireWriter(buffer));
    }

    /** Writes header and fields as a reply, or between peers as the side that serves; the buffer moves on. */
    default void encodeReply(int id, boolean truncated, ByteBuffer buffer) {
        new Header(letter(), true, truncated, id).write(buffer);
        encodeBody(new WireWriter(buffer));
    }
}
