package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.peer.ServedLink.Answer;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.SegmentPdu;
import dev.shoal.store.FileHasher;
import dev.shoal.store.HashedFile;
import dev.shoal.store.KeptTables;
import dev.shoal.store.OpenFiles;
import dev.shoal.store.SharedFile;
import dev.shoal.transport.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
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
    /** How often the clock was looked at, as it is with each step of looking at a ticket. */
    private final AtomicInteger looks = new AtomicInteger();

    private final FileHasher hasher = new FileHasher(1);
    private SegmentTables tables;
    private Servings servings;
    private Senders senders;
    private final OpenFiles openFiles = new OpenFiles();
    private ServedLink link;

    @BeforeEach
    void connect() throws IOException {
        tables = new SegmentTables(hasher, new KeptTables(folder.resolve("segments")));
        servings = new Servings(PeerEvents.NONE, tables, this::now);
        senders = new Senders(servings);
        servings.gate().trust(INDEX.key());
        link = new ServedLink(servings, READER);
    }

    @AfterEach
    void close() {
        link.close();
        senders.close();
        tables.close();
        openFiles.close();
        hasher.close();
    }

    private Instant now() {
        looks.incrementAndGet();
        return Instant.ofEpochMilli(nowMillis.get());
    }

    private ContentId share(String name, @Nullable Circle circle) throws IOException {
        byte[] bytes = new byte[CHUNKS * CHUNK_BYTES];
        new SplittableRandom(name.hashCode()).nextBytes(bytes);
        HashedFile file = hasher.hash(Files.write(folder.resolve(name), bytes));
        servings.add(new Served(new SharedFile(file, openFiles), circle, Rate.UNLIMITED));
        return file.id();
    }

    private AccessTicket ticket(ContentId content, long expiryMillis) {
        ContentId share = new ShareKey(content, CIRCLE).registered();
        return AccessTicket.sign(INDEX.id(), share, READER.id(), READER.key(), expiryMillis, INDEX.privateKey());
    }

    private Answer open(int handle, ContentId content, @Nullable AccessTicket ticket) throws IOException {
        PeerPdu.Open.Pass pass = ticket == null ? null : new PeerPdu.Open.Pass(AUDIENCE, ticket);
        link.send(handle, new PeerPdu.Open(content, pass));
        return link.answer();
    }

    /** Asks for the groups of the segment table until they come, or are refused for good. */
    private Answer groups(int handle) throws IOException {
        while (true) {
            link.send(handle, new SegmentPdu.GetGroups(0));
            Answer answer = link.answer();
            if (!(answer.pdu() instanceof Failure failure && failure.code() == ErrorCode.BUSY)) {
                return answer;
            }
        }
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
        assertThat(nothing.pdu()).isEqualTo(Refusals.notHere());
        assertThat(open(1, hidden, null)).isEqualTo(nothing);
        assertThat(open(1, new ShareKey(hidden, CIRCLE).registered(), null)).isEqualTo(nothing);
        assertThat(open(1, hidden, over)).isEqualTo(nothing);
        assertThat(open(1, absent, good)).isEqualTo(nothing);
        // There is a good ticket for what is here, but only for everybody.
        assertThat(open(1, known, ticket(known, START_MILLIS))).isEqualTo(nothing);

        // Nor is it another work: the ticket is looked at before anybody looks whether the content is here.
        AccessTicket forged = ticket(known, START_MILLIS);
        for (AccessTicket wrong : new AccessTicket[] {over, forged}) {
            assertThat(looksAt(hidden, wrong)).isEqualTo(looksAt(absent, wrong)).isPositive();
        }
        assertThat(looksAt(absent, null)).isEqualTo(looksAt(hidden, null));

        assertThat(open(1, hidden, good)).isEqualTo(everything(1));
        assertThat(open(2, known, null)).isEqualTo(everything(2));
    }

    private int looksAt(ContentId content, @Nullable AccessTicket ticket) throws IOException {
        int before = looks.get();
        assertThat(open(1, content, ticket).pdu()).isEqualTo(Refusals.notHere());
        return looks.get() - before;
    }

    @Test
    void theSameBytesAreOpenToEverybodyWhereTheyAreSharedSoToo() throws Exception {
        ContentId content = share("file", CIRCLE);
        share("file", null);
        assertThat(open(1, content, null)).isEqualTo(everything(1));
        assertThat(open(2, content, ticket(content, START_MILLIS))).isEqualTo(everything(2));
    }

    @Test
    void segmentsAreForWhoHasATicketAndAsLongAsItIsGood() throws Exception {
        ContentId content = share("cut", CIRCLE);
        assertThat(open(1, content, ticket(content, START_MILLIS))).isEqualTo(everything(1));
        assertThat(groups(1).pdu()).isInstanceOf(SegmentPdu.Groups.class);
        link.send(1, new SegmentPdu.GetSegments(List.of(new ChunkRun(0, 1))));
        assertThat(link.answer().pdu()).isInstanceOf(SegmentPdu.Segments.class);
        nowMillis.addAndGet(AccessTicket.CLOCK_MILLIS + 1);
        assertThat(link.answer()).isEqualTo(new Answer(1, Refusals.ofHandle(ErrorCode.GONE, "the ticket is over")));
        Answer notOpen = new Answer(1, Refusals.notOpen());
        assertThat(groups(1)).isEqualTo(notOpen);
        link.send(1, new SegmentPdu.GetSegments(List.of(new ChunkRun(0, 1))));
        assertThat(link.answer()).isEqualTo(notOpen);
        // Who was never let in learns as little, and cannot have a table made.
        assertThat(open(2, content, null).pdu()).isEqualTo(Refusals.notHere());
        assertThat(groups(2)).isEqualTo(new Answer(2, Refusals.notOpen()));
    }

    @Test
    void whoseTicketIsOverGetsNothingMoreNotEvenWhatWasRequested() throws Exception {
        ContentId forged = share("forged", CIRCLE);
        ContentId renewed = share("renewed", CIRCLE);
        assertThat(open(1, forged, ticket(forged, START_MILLIS))).isEqualTo(everything(1));
        assertThat(open(2, renewed, ticket(renewed, START_MILLIS))).isEqualTo(everything(2));
        AccessTicket next = ticket(renewed, START_MILLIS + AccessTicket.LIFE_MILLIS);
        link.send(1, new PeerPdu.Renewal(next));
        link.send(2, new PeerPdu.Renewal(next));
        // One that is good for less long takes nothing away.
        link.send(2, new PeerPdu.Renewal(ticket(renewed, START_MILLIS + 1)));
        // So slow that most of it has not come when the ticket is over.
        servings.limit(1);
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            link.send(1, new PeerPdu.Get(chunk, 0, 4));
        }
        // Answered when everything before was read.
        link.send(2, new PeerPdu.Get(CHUNKS, 0, 4));
        int pieces = 0;
        Answer read = link.answer();
        for (; read.pdu() instanceof PeerPdu.Data; read = link.answer()) {
            pieces++;
        }
        assertThat(read.handle()).isEqualTo(2);
        nowMillis.addAndGet(AccessTicket.CLOCK_MILLIS + 1);
        Answer gone = link.answer();
        for (; gone.pdu() instanceof PeerPdu.Data; gone = link.answer()) {
            pieces++;
        }
        assertThat(pieces).isLessThan(CHUNKS);
        assertThat(gone).isEqualTo(new Answer(1, Refusals.ofHandle(ErrorCode.GONE, "the ticket is over")));
        servings.limit(Rate.UNLIMITED);
        link.send(1, new PeerPdu.Get(0, 0, 4));
        assertThat(link.answer()).isEqualTo(new Answer(1, Refusals.notOpen()));
        link.send(2, new PeerPdu.Get(0, 0, 4));
        assertThat(link.answer().handle()).isEqualTo(2);

        nowMillis.addAndGet(AccessTicket.LIFE_MILLIS);
        assertThat(link.answer()).isEqualTo(new Answer(2, Refusals.ofHandle(ErrorCode.GONE, "the ticket is over")));
    }
}
