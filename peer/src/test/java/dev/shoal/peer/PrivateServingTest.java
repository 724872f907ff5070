package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.store.FileHasher;
import dev.shoal.store.HashedFile;
import dev.shoal.store.OpenFiles;
import dev.shoal.store.SharedFile;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TlsStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a source gives of its private shares over a real connection, and for how long. */
@Timeout(60)
class PrivateServingTest {

    private static final Identity INDEX = Identity.generate();
    private static final Identity READER = Identity.generate();
    private static final AudienceId AUDIENCE = new AudienceId(5, 6);
    private static final Circle CIRCLE = new Circle(AUDIENCE, INDEX.key());
    private static final int CHUNKS = 32;
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final long START_MILLIS = 1_800_000_000_000L;

    @TempDir
    Path folder;

    private final AtomicLong nowMillis = new AtomicLong(START_MILLIS);
    private final Servings servings = new Servings(PeerEvents.NONE, () -> Instant.ofEpochMilli(nowMillis.get()));
    private final Senders senders = new Senders(servings);
    private final OpenFiles openFiles = new OpenFiles();
    private TlsListener listener;
    private FrameStream frames;

    @BeforeEach
    void connect() throws IOException {
        servings.gate().trust(INDEX.key());
        listener = new TlsListener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Tls(Identity.generate()),
                Tls.PEER_PROTOCOL,
                10,
                this::serve);
        listener.start();
        TlsStream stream = FrameLink.dial(listener.address(), new Tls(READER), Tls.PEER_PROTOCOL, 20_000);
        frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        frames.sendRequest(0, new PeerPdu.PeerHello(Hello.VERSION, 2, 0, PeerLink.MAX_REQUESTED_BYTES, "test"));
        assertThat(answer().pdu).isInstanceOf(PeerPdu.PeerHello.class);
    }

    @AfterEach
    void close() {
        frames.close();
        listener.close();
        senders.close();
        openFiles.close();
    }

    private void serve(TlsStream stream) {
        try {
            new PeerLink(stream, false, 1, 0, servings).run();
        } catch (IOException e) {
            // The test is over.
            stream.close();
        }
    }

    private record Answer(int handle, Pdu pdu) {}

    private Answer answer() throws IOException {
        while (true) {
            Header header = frames.readHeader();
            Pdu pdu = PeerPdu.decode(header, frames.readBody());
            if (!(pdu instanceof PeerPdu.KeepAlive)) {
                return new Answer(header.id(), pdu);
            }
        }
    }

    private ContentId share(String name, @Nullable Circle circle) throws IOException {
        byte[] bytes = new byte[CHUNKS * CHUNK_BYTES];
        new SplittableRandom(name.hashCode()).nextBytes(bytes);
        try (FileHasher hasher = new FileHasher(1)) {
            HashedFile file = hasher.hash(Files.write(folder.resolve(name), bytes));
            servings.add(new Served(new SharedFile(file, openFiles), circle, Rate.UNLIMITED));
            return file.id();
        }
    }

    private AccessTicket ticket(ContentId content, long expiryMillis) {
        ContentId share = new ShareKey(content, CIRCLE).registered();
        return AccessTicket.sign(INDEX.id(), share, READER.id(), READER.key(), expiryMillis, INDEX.privateKey());
    }

    private Answer open(int handle, ContentId content, @Nullable AccessTicket ticket) throws IOException {
        PeerPdu.Open.Pass pass = ticket == null ? null : new PeerPdu.Open.Pass(AUDIENCE, ticket);
        frames.sendRequest(handle, new PeerPdu.Open(content, pass));
        return answer();
    }

    private static Answer everything(int handle) {
        return new Answer(handle, new PeerPdu.AllChunks());
    }

    @Test
    void forbiddenSoundsAsAbsentDoes() throws Exception {
        ContentId hidden = share("hidden", CIRCLE);
        ContentId known = share("known", null);
        AccessTicket good = ticket(hidden, START_MILLIS + AccessTicket.LIFE_MILLIS);
        AccessTicket over = ticket(hidden, START_MILLIS - AccessTicket.CLOCK_MILLIS - 1);
        ContentId absent = new ContentId(new Hash(1, 2, 3, 4), hidden.length());
        Answer nothing = open(1, absent, null);
        assertThat(nothing.pdu).isEqualTo(Refusals.notHere());
        assertThat(open(1, hidden, null)).isEqualTo(nothing);
        assertThat(open(1, new ShareKey(hidden, CIRCLE).registered(), null)).isEqualTo(nothing);
        assertThat(open(1, hidden, over)).isEqualTo(nothing);
        assertThat(open(1, absent, good)).isEqualTo(nothing);
        // There is a good ticket for what is here, but only for everybody.
        assertThat(open(1, known, ticket(known, START_MILLIS))).isEqualTo(nothing);

        assertThat(open(1, hidden, good)).isEqualTo(everything(1));
        assertThat(open(2, known, null)).isEqualTo(everything(2));
    }

    @Test
    void theSameBytesAreOpenToEverybodyWhereTheyAreSharedSoToo() throws Exception {
        ContentId content = share("file", CIRCLE);
        share("file", null);
        assertThat(open(1, content, null)).isEqualTo(everything(1));
        assertThat(open(2, content, ticket(content, START_MILLIS))).isEqualTo(everything(2));
    }

    @Test
    void whoseTicketIsOverGetsNothingMoreNotEvenWhatWasRequested() throws Exception {
        ContentId forged = share("forged", CIRCLE);
        ContentId renewed = share("renewed", CIRCLE);
        assertThat(open(1, forged, ticket(forged, START_MILLIS))).isEqualTo(everything(1));
        assertThat(open(2, renewed, ticket(renewed, START_MILLIS))).isEqualTo(everything(2));
        AccessTicket next = ticket(renewed, START_MILLIS + AccessTicket.LIFE_MILLIS);
        frames.sendRequest(1, new PeerPdu.Renewal(next));
        frames.sendRequest(2, new PeerPdu.Renewal(next));
        // One that is good for less long takes nothing away.
        frames.sendRequest(2, new PeerPdu.Renewal(ticket(renewed, START_MILLIS + 1)));
        // So slow that most of it has not come when the ticket is over.
        servings.limit(1);
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            frames.sendRequest(1, new PeerPdu.Get(chunk, 0, 4));
        }
        // Answered when everything before was read.
        frames.sendRequest(2, new PeerPdu.Get(CHUNKS, 0, 4));
        int pieces = 0;
        Answer read = answer();
        for (; read.pdu instanceof PeerPdu.Data; read = answer()) {
            pieces++;
        }
        assertThat(read.handle).isEqualTo(2);
        nowMillis.addAndGet(AccessTicket.CLOCK_MILLIS + 1);
        Answer gone = answer();
        for (; gone.pdu instanceof PeerPdu.Data; gone = answer()) {
            pieces++;
        }
        assertThat(pieces).isLessThan(CHUNKS);
        assertThat(gone).isEqualTo(new Answer(1, Refusals.ofHandle(ErrorCode.GONE, "the ticket is over")));
        servings.limit(Rate.UNLIMITED);
        frames.sendRequest(1, new PeerPdu.Get(0, 0, 4));
        assertThat(answer()).isEqualTo(new Answer(1, Refusals.notOpen()));
        frames.sendRequest(2, new PeerPdu.Get(0, 0, 4));
        assertThat(answer().handle).isEqualTo(2);

        nowMillis.addAndGet(AccessTicket.LIFE_MILLIS);
        assertThat(answer()).isEqualTo(new Answer(2, Refusals.ofHandle(ErrorCode.GONE, "the ticket is over")));
    }
}
