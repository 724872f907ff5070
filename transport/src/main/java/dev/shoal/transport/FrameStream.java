package dev.shoal.transport;

import dev.shoal.protocol.Header;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Frames on a TLS stream: length of the rest (4 bytes), then a PDU. The reader first takes a header, then the body,
 * whole or piece by piece into buffers of its own. One thread may read while others write.
 */
public final class FrameStream implements AutoCloseable {

    private static final int LENGTH_BYTES = 4;

    /** Control frames are small; the buffer grows once for the rare large list. */
    private static final int USUAL_BODY_BYTES = 2_048;

    private final TlsStream stream;
    private final int maxBytes;
    private final ByteBuffer head = ByteBuffer.allocate(Header.BYTES);
    private ByteBuffer body = ByteBuffer.allocate(USUAL_BODY_BYTES);
    private int bodyBytes;

    /**
     * Frames of at most so many bytes on a stream.
     *
     * @param maxBytes most bytes of a PDU; a longer one ends the connection
     */
    public FrameStream(TlsStream stream, int maxBytes) {
        this.stream = stream;
        this.maxBytes = maxBytes;
    }

    /** The stream below. */
    public TlsStream stream() {
        return stream;
    }

    /**
     * Reads the next frame's length and header; its body has to be read before the next.
     *
     * @throws MalformedPduException when the length is impossible: the connection cannot go on
     * @throws IOException when the connection ends
     */
    public Header readHeader() throws IOException {
        // The length alone first: an impossible one is not waited behind.
        stream.readFully(head.clear().limit(LENGTH_BYTES));
        int length = head.flip().getInt();
        if (length < Header.BYTES || length > maxBytes) {
            throw new MalformedPduException("a frame claims " + Integer.toUnsignedString(length) + " bytes");
        }
        bodyBytes = length - Header.BYTES;
        stream.readFully(head.clear());
        return Header.read(head.flip());
    }

    /** How many bytes of the body are still to be read. */
    public int bodyBytes() {
        return bodyBytes;
    }

    /** Reads the rest of the body; the buffer is valid until the next read. */
    public ByteBuffer readBody() throws IOException {
        if (body.capacity() < bodyBytes) {
            body = ByteBuffer.allocate(maxBytes);
        }
        body.clear().limit(bodyBytes);
        stream.readFully(body);
        bodyBytes = 0;
        return body.flip();
    }

    /** Fills a buffer with the next bytes of the body, which must have as many. */
    public void readBody(ByteBuffer target) throws IOException {
        if (target.remaining() > bodyBytes) {
            throw new MalformedPduException("a frame ends " + (target.remaining() - bodyBytes) + " bytes early");
        }
        bodyBytes -= target.remaining();
        stream.readFully(target);
    }

    /** Sends a PDU as a request, or between peers as the side that downloads. Any thread. */
    public void sendRequest(int id, Pdu pdu) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(LENGTH_BYTES + sizeLimit(pdu)).position(LENGTH_BYTES);
        pdu.encodeRequest(id, frame);
        send(frame);
    }

    /** Sends a PDU as a reply, or between peers as the side that serves. Any thread. */
    public void sendReply(int id, Pdu pdu) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(LENGTH_BYTES + sizeLimit(pdu)).position(LENGTH_BYTES);
        pdu.encodeReply(id, false, frame);
        send(frame);
    }

    /** Sends a frame that was encoded with its length. Any thread. */
    public void write(ByteBuffer frame) throws IOException {
        stream.write(frame);
    }

    @Override
    public void close() {
        stream.close();
    }

    private void send(ByteBuffer frame) throws IOException {
        frame.putInt(0, frame.position() - LENGTH_BYTES);
        stream.write(frame.flip());
    }

    /** Most PDUs are small; those that are lists may fill a frame. */
    private int sizeLimit(Pdu pdu) {
        return switch (pdu.letter()) {
            case 'b', 'V', 'M', 'Z', 'C', 'F', 'O', 'L', 'S', 'U', 'v' -> maxBytes;
            default -> USUAL_BODY_BYTES;
        };
    }
}
