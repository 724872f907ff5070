package dev.shoal.protocol;

import java.nio.ByteBuffer;

/**
 * The six bytes at the start of every PDU: letter (1), flags (1), id (4). Flag bit 0 marks a reply, bit 1 that the
 * reply was cut to fit a datagram and has to be asked for again over TLS. Immutable.
 *
 * @param letter what the PDU is, an ASCII letter
 * @param reply whether it answers a request; between peers: whether the serving side of a content sent it
 * @param truncated whether a list in it was cut
 * @param id between peer and index: number of the request, chosen by who asks; between peers: handle of a content
 */
public record Header(char letter, boolean reply, boolean truncated, int id) {

    /** Length of a header in bytes. */
    public static final int BYTES = 6;

    private static final int REPLY = 1;
    private static final int TRUNCATED = 2;

    /**
     * Reads a header; the buffer moves on. Unknown flags are ignored.
     *
     * @throws MalformedPduException when there are fewer than six bytes: such a PDU cannot be answered
     */
    public static Header read(ByteBuffer buffer) {
        WireReader in = new WireReader(buffer);
        char letter = (char) in.u8("letter");
        int flags = in.u8("flags");
        return new Header(letter, (flags & REPLY) != 0, (flags & TRUNCATED) != 0, in.i32("id"));
    }

    /** Whether an index answers what has this header: no reply and no error is answered, whoever sends it. */
    public boolean isRequest() {
        return !reply && letter != 'E';
    }

    /** Writes the header; the buffer moves on. */
    public void write(ByteBuffer buffer) {
        int flags = (reply ? REPLY : 0) | (truncated ? TRUNCATED : 0);
        new WireWriter(buffer).u8(letter).u8(flags).i32(id);
    }
}
