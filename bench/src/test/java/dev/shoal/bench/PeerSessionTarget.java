package dev.shoal.bench;

import dev.shoal.content.Name;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whole sessions with a real peer over TLS, of any frames, each with its length (2) before it: it answers or hangs up,
 * fails nowhere, and serves or gets all the same.
 */
final class PeerSessionTarget {

    private static final int LAST_HANDLE = 0x7fff_fff0;
    private static final int LIMIT_MILLIS = 20_000;
    private static final int MAX_REQUESTED_BYTES = 1 << 20;
    private static final int ID_OFFSET = 2;
    private static final int NO_GREETING = 1;
    private static final int SECOND_LANE = 2;
    private static final int NO_MAP = 1;
    private static final int AS_THEY_ARE = 2;
    private static final Tls TLS = new Tls(Identity.generate());
    private static final AtomicLong LAST_INSTANCE = new AtomicLong();

    private PeerSessionTarget() {}

    /**
     * A downloader. The first byte says how it greets: bit 0 not at all, so that the first frame is its greeting; bit 1
     * as a second lane.
     */
    static void downloader(byte[] input) {
        if (input.length == 0) {
            return;
        }
        FuzzedPeers peers = FuzzedPeers.here();
        try (TlsStream stream = FrameLink.dial(peers.sharer(), TLS, Tls.PEER_PROTOCOL, LIMIT_MILLIS);
                Watchdog.Guard guard = stream.closeAfter(LIMIT_MILLIS)) {
            FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
            long startNanos = System.nanoTime();
            try {
                ask(frames, input, peers);
            } catch (IOException | MalformedPduException e) {
                // It hung up, as it may.
                if (System.nanoTime() - startNanos > LIMIT_MILLIS * 900_000L) {
                    throw new AssertionError("no answer, and no end", e);
                }
            }
            guard.release();
        }
        peers.check();
    }

    private static void ask(FrameStream frames, byte[] input, FuzzedPeers peers) throws IOException {
        if ((input[0] & NO_GREETING) == 0) {
            greet(frames, (input[0] & SECOND_LANE) == 0 ? 0 : 1);
        }
        frames.readHeader();
        frames.readBody();
        write(frames, input, 0, false);
        frames.sendRequest(LAST_HANDLE, new PeerPdu.Open(peers.content()));
        Header header;
        do {
            header = frames.readHeader();
            frames.readBody();
        } while (header.id() != LAST_HANDLE);
    }

    /**
     * A source beside an honest one. What it sends when its content is opened; the first byte says how: bit 0 without
     * saying that it has all chunks; bit 1 with the handles that are there, not the one that was opened.
     */
    static void source(byte[] input) {
        if (input.length == 0) {
            return;
        }
        FuzzedPeers peers = FuzzedPeers.here();
        // What was banned once is not asked again.
        Tls tls = new Tls(Identity.generate());
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (TlsListener listener =
                new TlsListener(anywhere, tls, Tls.PEER_PROTOCOL, 4, stream -> serve(stream, input))) {
            listener.start();
            try (FrameLink index = FrameLink.connect(peers.index(), tls)) {
                int port = listener.address().getPort();
                long instance = LAST_INSTANCE.incrementAndGet();
                index.exchange(new Hello(Hello.VERSION, instance, 0, "", port, List.of(), "fuzz"), LIMIT_MILLIS);
                Name name = new Name("fuzzed/file");
                index.exchange(new IndexRequest.Register(false, peers.content(), name, null), LIMIT_MILLIS);
                peers.get();
                index.send(new IndexRequest.Quit());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        peers.check();
    }

    private static void serve(TlsStream stream, byte[] input) {
        FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        try {
            greet(frames, 0);
            Header header = frames.readHeader();
            while (header.letter() != 'G') {
                frames.readBody();
                if (header.letter() == 'D') {
                    if ((input[0] & NO_MAP) == 0) {
                        frames.sendReply(header.id(), new PeerPdu.AllChunks());
                    }
                    write(frames, input, header.id(), (input[0] & AS_THEY_ARE) == 0);
                }
                header = frames.readHeader();
            }
        } catch (IOException e) {
            // The downloader has had enough.
            stream.close();
        }
    }

    private static void greet(FrameStream frames, int lane) throws IOException {
        frames.sendRequest(
                0,
                new PeerPdu.PeerHello(
                        Hello.VERSION, LAST_INSTANCE.incrementAndGet(), lane, MAX_REQUESTED_BYTES, "fuzz"));
    }

    private static void write(FrameStream frames, byte[] input, int handle, boolean isUnderHandle) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(input).position(1);
        while (in.remaining() > Short.BYTES) {
            int length = Math.min(in.getShort() & 0xffff, in.remaining());
            ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + length).putInt(length);
            frame.put(in.slice(in.position(), length));
            if (isUnderHandle && length >= Header.BYTES) {
                frame.putInt(Integer.BYTES + ID_OFFSET, handle);
            }
            in.position(in.position() + length);
            frames.write(frame.flip());
        }
    }
}
