package dev.shoal.cli;

import dev.shoal.content.Name;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.TransportException;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A peer made of the protocol and the transport alone, which does as it is told: joins an index, says that it has a
 * content, and answers its downloaders by a {@link Conduct}. It can dial a peer, too, and ask it for anything.
 */
final class ScriptedPeer implements AutoCloseable {

    private static final AtomicLong LAST_INSTANCE = new AtomicLong(0x5eed);
    private static final int DIAL_MILLIS = 20_000;
    private static final int ANSWER_MILLIS = 20_000;

    /** How a source behaves. What is not overridden is honest. */
    interface Conduct {
        /** A downloader said something, which is answered next if it is to be answered. */
        default void heard(Line line, Pdu pdu) throws IOException {}

        /** Its content was opened. */
        default void opened(Line line) throws IOException {
            line.reply(new PeerPdu.AllChunks());
        }

        /** It was asked for hashes. */
        default void hashes(Line line, PeerPdu.GetHashes ask) throws IOException {
            line.reply(new PeerPdu.Hashes(
                    ask.level(), ask.firstNode(), line.sample().hashes(ask.firstNode(), ask.nodeCount())));
        }

        /** It was asked for blocks. */
        default void get(Line line, PeerPdu.Get ask) throws IOException {
            line.data(
                    ask.chunk(),
                    ask.firstBlock(),
                    line.sample().blocks(ask.chunk(), ask.firstBlock(), ask.blockCount()));
        }
    }

    /** One content that a downloader has opened on one connection. */
    record Line(FrameStream frames, int handle, Sample sample) {
        void reply(Pdu pdu) throws IOException {
            frames.sendReply(handle, pdu);
        }

        void data(int chunk, int firstBlock, byte[] bytes) throws IOException {
            reply(new PeerPdu.Data(chunk, firstBlock, bytes));
        }
    }

    private final Identity identity = Identity.generate();
    private final Tls tls = new Tls(identity);
    private final TlsListener listener;
    private final Sample sample;
    private final Conduct conduct;
    private final AtomicInteger opens = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile @Nullable FrameLink index;
    private volatile @Nullable ScheduledFuture<?> heartbeat;

    /** A source that listens, and is known to nobody yet. */
    ScriptedPeer(Sample sample, Conduct conduct) throws IOException {
        this(sample, conduct, Optional.empty());
    }

    private ScriptedPeer(Sample sample, Conduct conduct, Optional<Identity> answering) throws IOException {
        this.sample = sample;
        this.conduct = conduct;
        this.listener = new TlsListener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                answering.map(Tls::new).orElse(tls),
                Tls.PEER_PROTOCOL,
                100,
                this::serve);
        listener.start();
    }

    /** A source in whose place somebody else answers, with a key of his own. */
    static ScriptedPeer impersonated(Sample sample, Conduct conduct) throws IOException {
        return new ScriptedPeer(sample, conduct, Optional.of(Identity.generate()));
    }

    /** How often somebody shook hands with whoever answers. */
    int calls() {
        return calls.get();
    }

    /** How often its content was opened, over however many connections. */
    int opens() {
        return opens.get();
    }

    /** What an index would say of it. */
    IndexReply.Source source() {
        Endpoint here = new Endpoint(
                InetAddress.getLoopbackAddress(), listener.address().getPort());
        return new IndexReply.Source(identity.id(), IndexReply.Source.SEED, 0, List.of(here), List.of());
    }

    /** As people see it. */
    String fingerprint() {
        return identity.id().fingerprint();
    }

    /** Says to an index that it has all of its content, and stays until it is closed. */
    void register(InetSocketAddress address, String name) {
        FrameLink link = FrameLink.connect(address, tls);
        Hello hello = new Hello(
                Hello.VERSION,
                LAST_INSTANCE.incrementAndGet(),
                0,
                "scripted",
                listener.address().getPort(),
                List.<Endpoint>of(),
                "script/1");
        expect(Welcome.class, link.exchange(hello, ANSWER_MILLIS).pdu());
        IndexRequest.Register register = new IndexRequest.Register(false, sample.id(), new Name(name), null);
        expect(IndexReply.Ack.class, link.exchange(register, ANSWER_MILLIS).pdu());
        index = link;
        heartbeat = Watchdog.every(500, () -> live(link));
    }

    /** Dials a peer of this machine and greets it. */
    static FrameStream greet(Tls tls, int port) throws IOException {
        TlsStream stream = FrameLink.dial(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), tls, Tls.PEER_PROTOCOL, DIAL_MILLIS);
        FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        greet(frames);
        return frames;
    }

    /** Dials a peer of this machine and greets it in some way of one's own. */
    static FrameStream greet(Tls tls, int port, PeerPdu.PeerHello hello) throws IOException {
        TlsStream stream = FrameLink.dial(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), tls, Tls.PEER_PROTOCOL, DIAL_MILLIS);
        FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        greet(frames, hello);
        return frames;
    }

    @Override
    public void close() {
        ScheduledFuture<?> beating = heartbeat;
        if (beating != null) {
            beating.cancel(false);
        }
        FrameLink link = index;
        if (link != null) {
            link.close();
        }
        listener.close();
    }

    private static void greet(FrameStream frames) throws IOException {
        greet(
                frames,
                new PeerPdu.PeerHello(Hello.VERSION, LAST_INSTANCE.incrementAndGet(), 0, 16 * 1024 * 1024, "script/1"));
    }

    private static void greet(FrameStream frames, PeerPdu.PeerHello hello) throws IOException {
        frames.sendRequest(0, hello);
        PeerPdu.decode(frames.readHeader(), frames.readBody());
    }

    private static void live(FrameLink link) {
        try {
            link.send(new IndexRequest.Heartbeat(0, 0, 0, 0));
        } catch (TransportException e) {
            // The index is gone, or this peer was closed; either way there is nobody to tell.
            link.close();
        }
    }

    private static void expect(Class<?> type, Pdu answer) {
        if (!type.isInstance(answer)) {
            throw new AssertionError("the index answered " + answer);
        }
    }

    private void serve(TlsStream stream) {
        calls.incrementAndGet();
        FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        try {
            greet(frames);
            while (true) {
                Header header = frames.readHeader();
                answer(new Line(frames, header.id(), sample), PeerPdu.decode(header, frames.readBody()));
            }
        } catch (IOException | MalformedPduException e) {
            // The downloader has had enough.
            stream.close();
        }
    }

    private void answer(Line line, Pdu pdu) throws IOException {
        conduct.heard(line, pdu);
        switch (pdu) {
            case PeerPdu.Open open -> {
                opens.incrementAndGet();
                conduct.opened(line);
            }
            case PeerPdu.GetHashes ask -> conduct.hashes(line, ask);
            case PeerPdu.Get ask -> conduct.get(line, ask);
            default -> {
                // Cancels and complaints are of no interest to a script.
            }
        }
    }
}
