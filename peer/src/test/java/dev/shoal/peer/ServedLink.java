package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TlsStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A downloader, played by a test, and a source that serves it over a connection that is real. */
final class ServedLink implements AutoCloseable {

    /** What came, and under which handle. */
    record Answer(int handle, Pdu pdu) {}

    private final Servings servings;
    private final TlsListener listener;
    private final FrameStream frames;

    /** Connects, with a key of the downloader's, and greets. */
    ServedLink(Servings servings, Identity downloader) throws IOException {
        this.servings = servings;
        this.listener = new TlsListener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Tls(Identity.generate()),
                Tls.PEER_PROTOCOL,
                10,
                this::serve);
        listener.start();
        TlsStream stream = FrameLink.dial(listener.address(), new Tls(downloader), Tls.PEER_PROTOCOL, 20_000);
        this.frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        send(0, new PeerPdu.PeerHello(Hello.VERSION, 2, 0, PeerLink.MAX_REQUESTED_BYTES, "test"));
        assertThat(answer().pdu).isInstanceOf(PeerPdu.PeerHello.class);
    }

    void send(int handle, PeerPdu request) throws IOException {
        frames.sendRequest(handle, request);
    }

    /** The next of the answers. */
    Answer answer() throws IOException {
        while (true) {
            Header header = frames.readHeader();
            Pdu pdu = PeerPdu.decode(header, frames.readBody());
            if (!(pdu instanceof PeerPdu.KeepAlive)) {
                return new Answer(header.id(), pdu);
            }
        }
    }

    private void serve(TlsStream stream) {
        try {
            new PeerLink(stream, false, 1, 0, servings).run();
        } catch (IOException e) {
            // The test is over.
            stream.close();
        }
    }

    @Override
    public void close() {
        frames.close();
        listener.close();
    }
}
