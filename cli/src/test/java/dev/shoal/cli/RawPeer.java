package dev.shoal.cli;

import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Sealing;
import dev.shoal.transport.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A session with an index, whose datagrams the test makes itself. */
final class RawPeer implements AutoCloseable {

    private static final long ANSWER_MILLIS = 30_000;

    private final Identity identity = Identity.generate();
    private final FrameLink link;
    private final Welcome welcome;
    private long counter;

    RawPeer(InetSocketAddress index) {
        link = FrameLink.connect(index, new Tls(identity));
        welcome = (Welcome) link.exchange(hello("raw"), ANSWER_MILLIS).pdu();
    }

    static Hello hello(String user) {
        return new Hello(Hello.VERSION, new SplittableRandom().nextLong(), 0, user, 0, List.of(), "test");
    }

    Identity identity() {
        return identity;
    }

    Welcome welcome() {
        return welcome;
    }

    /** Asks over TLS. */
    Pdu ask(IndexRequest request) {
        return link.exchange(request, ANSWER_MILLIS).pdu();
    }

    /** A request as a datagram of its own. */
    byte[] sealed(IndexRequest request, int id) {
        ByteBuffer pdu = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);
        request.encodeRequest(id, pdu);
        return sealed(pdu.flip());
    }

    /**
     * Any bytes, of any length, sealed as a request would be: not by the program's own code, which seals nothing that
     * is too long.
     */
    byte[] sealed(ByteBuffer pdu) {
        ByteBuffer datagram = ByteBuffer.allocate(Sealing.PREFIX_BYTES + pdu.remaining() + Sealing.TAG_BYTES);
        datagram.put(Sealing.KIND_SEALED).putLong(welcome.session()).putLong(++counter);
        byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(counter).array();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            GCMParameterSpec parameters = new GCMParameterSpec(Sealing.TAG_BYTES * 8, nonce);
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(welcome.peerKey(), "AES"), parameters);
            cipher.updateAAD(datagram.array(), 0, Sealing.PREFIX_BYTES);
            cipher.doFinal(pdu, datagram);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
        return datagram.array();
    }

    /** The address of the index's UDP port. */
    static DatagramChannel socket(InetSocketAddress index) throws IOException {
        DatagramChannel channel = DatagramChannel.open().connect(index);
        channel.configureBlocking(false);
        return channel;
    }

    @Override
    public void close() {
        link.close();
    }
}
