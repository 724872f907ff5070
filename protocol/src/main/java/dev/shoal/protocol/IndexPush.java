package dev.shoal.protocol;

import dev.shoal.content.Name;
import java.nio.ByteBuffer;

/**
 * What an index says to a peer without being asked. It has no reply flag, and an id that the index chose; the peer
 * answers {@link IndexReply.Ack} under that id, so that the index knows that it came. The same may come more than once.
 */
public sealed interface IndexPush extends Pdu {

    /**
     * Decodes what follows the header of a PDU of an index that is no reply.
     *
     * @throws MalformedPduException when the bytes are not that PDU, or the letter is not known
     */
    static IndexPush decode(Header header, ByteBuffer buffer) {
        WireReader in = new WireReader(buffer);
        if (header.letter() != 'N') {
            throw in.unknownLetter(header.letter());
        }
        return new NewVersion(in.name("name"), in.count("number"));
    }

    /**
     * {@code N}: a name that the peer watches has a new version. Layout: name (1 + n), number (4). It proves nothing:
     * who hears it asks for the version's record and looks at that.
     *
     * @param name the name
     * @param number number of its latest version
     */
    record NewVersion(Name name, int number) implements IndexPush {
        @Override
        public char letter() {
            return 'N';
        }

        @Override
        public void encodeBody(WireWriter out) {
            out.string8(name.text()).count(number);
        }
    }
}
