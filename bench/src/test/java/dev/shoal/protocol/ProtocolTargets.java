package dev.shoal.protocol;

import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import dev.shoal.content.SafePath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiFunction;

/** Decoders of the protocol under any input: what they accept they can write again, and all else they refuse. */
public final class ProtocolTargets {

    private ProtocolTargets() {}

    /** A PDU that comes to an index. */
    public static void indexRequest(byte[] input) {
        pdu(input, IndexRequest::decode);
    }

    /** A PDU that an index answers. */
    public static void indexReply(byte[] input) {
        pdu(input, IndexReply::decode);
    }

    /** A PDU of another peer. */
    public static void peerPdu(byte[] input) {
        pdu(input, PeerPdu::decode);
    }

    private static void pdu(byte[] input, BiFunction<Header, ByteBuffer, Pdu> decoder) {
        if (input.length > Pdu.MAX_STREAM_BYTES) {
            return;
        }
        Header header;
        Pdu pdu;
        try {
            ByteBuffer in = ByteBuffer.wrap(input);
            header = Header.read(in);
            pdu = decoder.apply(header, in);
        } catch (MalformedPduException refused) {
            return;
        }
        ByteBuffer again = ByteBuffer.allocate(Pdu.MAX_STREAM_BYTES);
        if (header.reply()) {
            pdu.encodeReply(header.id(), header.truncated(), again);
        } else {
            pdu.encodeRequest(header.id(), again);
        }
        again.flip();
        Pdu decoded = decoder.apply(Header.read(again), again);
        require(decoded.equals(pdu), pdu + " becomes " + decoded);
    }

    /** A version record. */
    public static void versionRecord(byte[] input) {
        try {
            VersionRecord record = VersionRecord.decode(input);
            require(Arrays.equals(record.encode(), input), record + " is written otherwise");
        } catch (MalformedPduException refused) {
            // As it should be.
            return;
        }
    }

    /** A link that somebody pasted. */
    public static void link(byte[] input) {
        try {
            Link link = Link.parse(new String(input, StandardCharsets.UTF_8));
            require(Link.parse(link.toString()).equals(link), link + " is read otherwise");
        } catch (InvalidLinkException refused) {
            // As it should be.
            return;
        }
    }

    /** A name, and the path that it leads to. */
    public static void name(byte[] input) {
        try {
            Name name = new Name(new String(input, StandardCharsets.UTF_8));
            SafePath.check(name.fileName());
            require(new Name(name.text()).equals(name), name + " is read otherwise");
        } catch (InvalidNameException refused) {
            // As it should be.
            return;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
