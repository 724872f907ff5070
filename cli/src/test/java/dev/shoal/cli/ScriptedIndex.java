package dev.shoal.cli;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.ListVersions;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionList;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TlsStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An index that says what the test wants, over TLS only. */
final class ScriptedIndex implements AutoCloseable {

    private static final int LENGTH_BYTES = 4;

    private final Identity identity = Identity.generate();
    private final List<IndexRequest> requests = new CopyOnWriteArrayList<>();
    private final TlsListener listener;
    private volatile Function<IndexRequest, Pdu> script;
    private volatile String replaced = "";
    private volatile String replacement = "";

    ScriptedIndex(Function<IndexRequest, Pdu> script) throws IOException {
        this.script = script;
        listener = new TlsListener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Tls(identity),
                Tls.INDEX_PROTOCOL,
                100,
                this::serve);
        listener.start();
    }

    Identity identity() {
        return identity;
    }

    String address() {
        return "127.0.0.1:" + listener.address().getPort();
    }

    /** What was asked, in this order. */
    List<IndexRequest> requests() {
        return requests;
    }

    void answer(Function<IndexRequest, Pdu> next) {
        script = next;
    }

    /** From now on a text in its answers becomes another one of the same length, which no encoder would write. */
    void replace(String text, String other) {
        if (text.length() != other.length()) {
            throw new IllegalArgumentException(text + " is not as long as " + other);
        }
        replaced = text;
        replacement = other;
    }

    @Override
    public void close() {
        listener.close();
    }

    private void serve(TlsStream stream) {
        FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        try {
            while (true) {
                Header header = frames.readHeader();
                IndexRequest request = IndexRequest.decode(header, frames.readBody());
                requests.add(request);
                send(frames, header.id(), request instanceof Hello ? welcome() : script.apply(request));
            }
        } catch (IOException | MalformedPduException e) {
            stream.close();
        }
    }

    private void send(FrameStream frames, int id, Pdu answer) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Pdu.MAX_STREAM_BYTES).position(LENGTH_BYTES);
        answer.encodeReply(id, false, frame);
        frame.putInt(0, frame.position() - LENGTH_BYTES);
        byte[] bytes = new byte[frame.flip().remaining()];
        frame.get(bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!replaced.isEmpty()) {
            text = text.replace(replaced, replacement);
        }
        frames.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private Welcome welcome() {
        byte[] key = new byte[Welcome.KEY_BYTES];
        Endpoint observed = new Endpoint(InetAddress.getLoopbackAddress(), 1);
        // Nobody listens on port 1, so no datagram is answered.
        return new Welcome(
                Hello.VERSION,
                7,
                key,
                key,
                key,
                new byte[Welcome.SECRET_BYTES],
                new byte[16],
                60_000,
                System.currentTimeMillis(),
                observed,
                1,
                "test");
    }

    /** What an index says when there is nothing. */
    static Pdu nothing(IndexRequest request) {
        return switch (request) {
            case IndexRequest.Locate locate -> new IndexReply.Locations(locate.withChunks(), 0, 0, List.of());
            case IndexRequest.Heartbeat heartbeat ->
                new IndexReply.HeartbeatReply(false, 0, 60_000, new Endpoint(InetAddress.getLoopbackAddress(), 1));
            case ListVersions list -> new VersionList(List.of(), false);
            default -> IndexReply.Ack.DONE;
        };
    }
}
