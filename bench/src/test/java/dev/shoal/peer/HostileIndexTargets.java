package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TlsStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A peer's whole session with an index that answers anything: it refuses what makes no sense, and comes to an end. */
public final class HostileIndexTargets {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int AS_THEY_ARE = 1;
    private static final Identity INDEX = Identity.generate();
    private static final Tls TLS = new Tls(Identity.generate());
    private static final Name NAME = new Name("lab/genome.fa");
    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4), 1_000_000);

    private HostileIndexTargets() {}

    /** The answers of one index over all its connections, each used once. */
    private static final class Answers {
        private final ByteBuffer left;
        private final boolean asTheyAre;
        private final TlsListener listener;

        Answers(byte[] input) throws IOException {
            left = ByteBuffer.wrap(input).position(1);
            asTheyAre = (input[0] & AS_THEY_ARE) != 0;
            listener = new TlsListener(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new Tls(INDEX),
                    Tls.INDEX_PROTOCOL,
                    4,
                    this::serve);
        }

        private void serve(TlsStream stream) {
            FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
            try {
                while (true) {
                    Header asked = frames.readHeader();
                    frames.readBody();
                    answer(frames, asked.id());
                }
            } catch (IOException e) {
                // The peer has had enough, or there are no answers left.
                stream.close();
            }
        }

        /** Sends answers until one of them ends the wait. */
        private synchronized void answer(FrameStream frames, int id) throws IOException {
            boolean isAnswer = false;
            while (!isAnswer) {
                if (left.remaining() <= Short.BYTES) {
                    listener.close();
                    throw new IOException("no answers are left");
                }
                int length = Math.min(left.getShort() & 0xffff, left.remaining());
                ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + length).putInt(length);
                frame.put(left.slice(left.position(), length)).flip();
                left.position(left.position() + length);
                if (length >= Header.BYTES && !asTheyAre) {
                    frame.put(Integer.BYTES + 1, (byte) (frame.get(Integer.BYTES + 1) | 1));
                    frame.putInt(Integer.BYTES + 2, id);
                }
                if (!isBusy(frame.duplicate().position(Integer.BYTES))) {
                    frames.write(frame.duplicate());
                    isAnswer = length >= Header.BYTES && (frame.get(5) & 1) != 0 && frame.getInt(6) == id;
                }
            }
        }
    }

    /** A peer that is asked to come later does so, which takes too long here. */
    private static boolean isBusy(ByteBuffer pdu) {
        try {
            return IndexReply.decode(Header.read(pdu), pdu) instanceof Failure failure
                    && failure.code() == ErrorCode.BUSY;
        } catch (MalformedPduException | java.nio.BufferUnderflowException e) {
            return false;
        }
    }

    /**
     * All answers to a peer that asks everything, one after the other, each with its length (2) before it. The first
     * byte: bit 0 leaves the numbers of the requests in them as they are, so that some answer nothing.
     */
    public static void session(byte[] input) {
        if (input.length == 0) {
            return;
        }
        long startNanos = System.nanoTime();
        try {
            Path folder = Files.createTempDirectory("hostile");
            try (TlsListener listener = new Answers(input).listener) {
                listener.start();
                HostAndPort address =
                        new HostAndPort("127.0.0.1", listener.address().getPort());
                ask(address, new KnownKeys(folder.resolve("known-keys")));
            } finally {
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (System.nanoTime() - startNanos > LIMIT_NANOS) {
            throw new AssertionError("it takes no end");
        }
    }

    /** Where datagrams seem to work: to find out whether they do takes seconds. */
    private record TlsAlone(IndexClient client) implements IndexLine {
        @Override
        public <R extends IndexReply> R ask(IndexRequest request, Class<R> expected) {
            return client.ask(request, expected);
        }

        @Override
        public Pdu exchange(IndexRequest request) {
            return client.exchange(request);
        }

        @Override
        public long sessionNumber() {
            return client.sessionNumber();
        }

        @Override
        public void renew() {
            client.renew();
        }

        @Override
        public boolean usesDatagrams() {
            return true;
        }

        @Override
        public boolean probeDatagrams(IndexRequest.Heartbeat heartbeat) {
            return true;
        }

        @Override
        public HostAndPort address() {
            return client.address();
        }
    }

    private static void ask(HostAndPort address, KnownKeys known) {
        IndexAddress index = IndexAddress.own(address, INDEX.id().fingerprint());
        try (IndexClient client =
                        new IndexClient(index, TLS, known, new Self(5, "bob", 0, List.of()), PeerEvents.NONE);
                Presence presence = new Presence(new TlsAlone(client), () -> 0, PeerEvents.NONE)) {
            Queries queries =
                    new Queries(client, index.advertised(), known, PeerEvents.NONE, report -> {}, new Cancellation());
            List<Runnable> all = List.of(
                    queries::users,
                    () -> queries.list(false),
                    () -> queries.list(true),
                    () -> queries.search("x", 1_000),
                    () -> queries.describe(Target.parse(NAME.text(), "bob")),
                    () -> client.ask(new IndexRequest.Locate(false, CONTENT, 0, 16), IndexReply.Locations.class),
                    () -> presence.registerSource(
                            new NamedShare(NAME, new ShareKey(CONTENT)),
                            new ChunkSet(CONTENT.layout().chunkCount())),
                    () -> presence.step(0),
                    () -> presence.step(100_000),
                    () -> queries.remove(List.of(NAME)),
                    queries::removeAll);
            all.forEach(HostileIndexTargets::attempt);
        }
    }

    private static void attempt(Runnable asking) {
        try {
            asking.run();
        } catch (PeerException refused) {
            // As it should be.
            return;
        }
    }
}
