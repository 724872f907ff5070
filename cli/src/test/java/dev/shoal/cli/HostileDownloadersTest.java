package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.content.ChunkRun;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloaders that ask an honest source for what they should not; each time an honest one is served beside them. */
class HostileDownloadersTest {

    private static final int HANDLE = 7;
    private static final int PLACES_OF_AN_ADDRESS = 500;
    private static final int IDLE_CONNECTIONS = PLACES_OF_AN_ADDRESS + 100;
    private static final int SLOW_READERS = 20;

    private static final int TRICKLES = 5;

    /** A frame of 64 KiB in this time is a hundredth and less of what a line carries here. */
    private static final int TRICKLE_MILLIS = 100;

    @TempDir
    Path folder;

    private final Tls tls = new Tls(Identity.generate());
    private final Sample sample = Sample.of(1, 24 * 1024 * 1024 + 5);
    private final List<FrameStream> open = new ArrayList<>();
    private Network network;
    private Network.Peer alice;
    private Report.Shared shared;
    private int port;

    @BeforeEach
    void share() throws Exception {
        network = new Network(folder);
        alice = network.peer("alice");
        shared = alice.share(sample.write(folder.resolve("original"))).next(Report.Shared.class);
        port = state().listenPort();
    }

    @AfterEach
    void end() {
        open.forEach(FrameStream::close);
        network.close();
    }

    @Test
    void requestsOutsideOfTheContentAreRefusedAndNothingElseHappens() throws Exception {
        FrameStream frames = opened();
        int chunks = sample.layout().chunkCount();
        for (PeerPdu.Get get : List.of(
                new PeerPdu.Get(chunks, 0, 1),
                new PeerPdu.Get(4_000_000, 0, 1),
                new PeerPdu.Get(chunks - 1, 1, 1000))) {
            frames.sendRequest(HANDLE, get);
            assertThat(answer(frames)).isInstanceOfSatisfying(Failure.class, failure -> {
                assertThat(failure.detail()).isEqualTo(Failure.ofRange(get.chunk(), get.firstBlock()));
                assertThat(failure.code()).isEqualTo(ErrorCode.LIMIT);
            });
        }
        frames.sendRequest(HANDLE, new PeerPdu.GetHashes(3, chunks, 1));
        assertThat(answer(frames)).isInstanceOf(Failure.class);
        frames.sendRequest(HANDLE, new PeerPdu.Complaint(chunks + 1));
        frames.sendRequest(HANDLE, new PeerPdu.MoreChunks(List.of(new ChunkRun(chunks, 1_000))));
        frames.sendRequest(HANDLE, new PeerPdu.Cancel(chunks, 0, 1));
        frames.sendRequest(HANDLE, new PeerPdu.Get(0, 0, 1));
        assertThat(answer(frames)).isInstanceOf(PeerPdu.Data.class);
        anHonestDownloaderIsServed();
    }

    @Test
    void aRequestUnderAHandleThatIsNotOpenIsRefused() throws Exception {
        FrameStream frames = opened();
        frames.sendRequest(HANDLE + 1, new PeerPdu.Get(0, 0, 1));
        assertThat(answer(frames))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(ErrorCode.WRONG_STATE));
        frames.sendRequest(HANDLE + 1, new PeerPdu.GetHashes(0, 0, 1));
        assertThat(answer(frames)).isInstanceOf(Failure.class);
    }

    @Test
    void garbageEndsTheConnectionOnly() throws Exception {
        List<ByteBuffer> bad = new ArrayList<>();
        bad.add(ByteBuffer.allocate(4 + Header.BYTES).putInt(0, -1));
        bad.add(ByteBuffer.allocate(4 + Header.BYTES).putInt(0, Integer.MAX_VALUE));
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 20; i++) {
            byte[] garbage = new byte[random.nextInt(4 + Header.BYTES, 2_000)];
            random.nextBytes(garbage);
            garbage[0] = -1;
            bad.add(ByteBuffer.wrap(garbage));
        }
        for (ByteBuffer bytes : bad) {
            FrameStream frames = opened();
            frames.write(bytes);
            assertThat(endOf(frames)).isInstanceOf(IOException.class);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> state().connections() == 0);
        anHonestDownloaderIsServed();
    }

    @Test
    void farMoreThanIsAllowedIsRefusedAndWhatIsAllowedIsSent() throws Exception {
        FrameStream frames = opened();
        int chunks = sample.layout().chunkCount();
        for (int chunk = 0; chunk < chunks; chunk++) {
            frames.sendRequest(HANDLE, new PeerPdu.Get(chunk, 0, sample.layout().blocks(chunk)));
        }
        int refused = 0;
        int sent = 0;
        while (refused + sent < chunks) {
            Pdu answer = answer(frames);
            if (answer instanceof Failure failure) {
                assertThat(failure.code()).isEqualTo(ErrorCode.LIMIT);
                refused++;
            } else if (answer instanceof PeerPdu.Data) {
                sent++;
            }
        }
        assertThat(sent)
                .isGreaterThanOrEqualTo(16 * 1024 * 1024 / sample.layout().chunkBytes() - 1);
        anHonestDownloaderIsServed();
    }

    @Test
    void opensAboveTheLimitAreRefused() throws Exception {
        int limit = 1_024;
        List<Sample> samples = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i <= limit; i++) {
            samples.add(Sample.of(i, 9));
            paths.add(samples.get(i).write(folder.resolve("small" + i)).toString());
        }
        Network.Job sharing = alice.begin(new Request.Share(null, paths, null, ""));
        for (int i = 0; i <= limit; i++) {
            sharing.next(Report.Shared.class);
        }
        FrameStream frames = greet();
        for (int i = 0; i < limit; i++) {
            frames.sendRequest(i + 1, new PeerPdu.Open(samples.get(i).id()));
            assertThat(answer(frames)).isEqualTo(new PeerPdu.AllChunks());
        }
        frames.sendRequest(-1, new PeerPdu.Open(samples.get(limit).id()));
        assertThat(answer(frames)).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.LIMIT);
            assertThat(failure.detail()).isEqualTo(Failure.HANDLE);
        });
        anHonestDownloaderIsServed();
    }

    @Test
    void whoNeverReadsWhatItAskedForHoldsNobodyElseUp() throws Exception {
        for (int i = 0; i < SLOW_READERS; i++) {
            askedForMuch();
        }
        anHonestDownloaderIsServed();
        await().atMost(Duration.ofSeconds(60)).until(() -> state().connections() < SLOW_READERS + 1);
    }

    @Test
    void whoReadsATrickleOfWhatItAskedForLeavesOthersTheirTurn() throws Exception {
        Path file = Sample.of(2, 500_000).write(folder.resolve("small"));
        Report.Shared small = alice.share(file).next(Report.Shared.class);
        AtomicInteger read = new AtomicInteger();
        try (ScheduledExecutorService readers = Executors.newScheduledThreadPool(TRICKLES)) {
            for (int i = 0; i < TRICKLES; i++) {
                FrameStream frames = askedForMuch();
                readers.scheduleWithFixedDelay(() -> readOne(frames, read), 0, TRICKLE_MILLIS, TimeUnit.MILLISECONDS);
            }
            Path target = folder.resolve("target");
            network.peer("bob").get(small.link(), target);
            assertThat(target).hasSameBinaryContentAs(file);
            readers.shutdownNow();
        }
        assertThat(read).hasPositiveValue();
    }

    private static void readOne(FrameStream frames, AtomicInteger read) {
        try {
            answer(frames);
            read.incrementAndGet();
        } catch (IOException e) {
            throw new UncheckedIOException("let go, or the test is over", e);
        }
    }

    private FrameStream askedForMuch() throws IOException {
        FrameStream frames = opened();
        for (int chunk = 0; chunk < 255; chunk++) {
            frames.sendRequest(HANDLE, new PeerPdu.Get(chunk, 0, 4));
        }
        return frames;
    }

    @Test
    void whoAsksForHashesAndNeverReadsThemIsLetGo() throws Exception {
        FrameStream frames = opened();
        try {
            for (int i = 0; i < 100_000; i++) {
                frames.sendRequest(
                        HANDLE, new PeerPdu.GetHashes(2, 0, sample.layout().chunkCount()));
            }
        } catch (IOException e) {
            // Let go already.
            frames.close();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> state().connections() == 0);
        anHonestDownloaderIsServed();
    }

    @Test
    void idleConnectionsOfOneAddressMakeRoomForNewOnesAndForHonestOnes() throws Exception {
        for (int i = 0; i < IDLE_CONNECTIONS; i++) {
            // One that is not yet idle for a second makes no room, and who comes so soon is turned away.
            FrameStream frames = i < PLACES_OF_AN_ADDRESS
                    ? opened()
                    : await().atMost(Duration.ofSeconds(30))
                            .ignoreExceptionsMatching(e -> e instanceof TransportException || e instanceof IOException)
                            .until(this::opened, fresh -> true);
            frames.sendRequest(HANDLE, new PeerPdu.Close());
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> state().connections() == PLACES_OF_AN_ADDRESS);
        anHonestDownloaderIsServed();
    }

    @Test
    void whoConnectsAndSaysNothingIsLetGo() throws Exception {
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port)) {
            silent.setSoTimeout(60_000);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    private void anHonestDownloaderIsServed() throws Exception {
        Path target = folder.resolve("target");
        network.peer("bob").get(shared.link(), target);
        assertThat(Files.readAllBytes(target)).isEqualTo(sample.bytes());
    }

    private Report.State state() {
        return alice.ask(new Request.Status(null), Report.State.class).getFirst();
    }

    private FrameStream greet() throws IOException {
        FrameStream frames = ScriptedPeer.greet(tls, port);
        open.add(frames);
        return frames;
    }

    private FrameStream opened() throws IOException {
        FrameStream frames = greet();
        frames.sendRequest(HANDLE, new PeerPdu.Open(sample.id()));
        assertThat(answer(frames)).isEqualTo(new PeerPdu.AllChunks());
        return frames;
    }

    /** The next PDU but keep-alives. */
    private static Pdu answer(FrameStream frames) throws IOException {
        Pdu answer;
        do {
            Header header = frames.readHeader();
            answer = PeerPdu.decode(header, frames.readBody());
        } while (answer instanceof PeerPdu.KeepAlive);
        return answer;
    }

    private static Exception endOf(FrameStream frames) {
        try {
            while (true) {
                answer(frames);
            }
        } catch (IOException e) {
            return e;
        }
    }
}
