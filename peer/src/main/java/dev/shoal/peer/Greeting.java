package dev.shoal.peer;

import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.transport.FrameStream;
import java.io.IOException;

/** What the other side of a new connection says first. */
final class Greeting {

    /** Fewer than this no peer may allow. */
    static final int MIN_REQUESTED_BYTES = 256 * 1024;

    /** The highest lane. */
    private static final int MAX_LANE = 1;

    private Greeting() {}

    /**
     * Reads it.
     *
     * @throws MalformedPduException when it is none, or says what it may not
     * @throws IOException when the connection ends
     */
    static PeerPdu.PeerHello read(FrameStream frames) throws IOException {
        Header header = frames.readHeader();
        if (header.letter() != 'h'
                || header.reply()
                || !(PeerPdu.decode(header, frames.readBody()) instanceof PeerPdu.PeerHello hello)) {
            throw new MalformedPduException("the other side did not greet");
        }
        if (hello.version() < Hello.VERSION
                || hello.instance() == 0
                || hello.lane() > MAX_LANE
                || hello.maxRequestedBytes() < MIN_REQUESTED_BYTES) {
            throw new MalformedPduException("the greeting has a number that it may not have: " + hello);
        }
        return hello;
    }
}
