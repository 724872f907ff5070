package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.ServedLink.Answer;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.store.FileHasher;
import dev.shoal.store.HashedFile;
import dev.shoal.store.OpenFiles;
import dev.shoal.store.SharedFile;
import dev.shoal.transport.Identity;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that the system does not give for a while, and what a downloader hears of it over its connection. */
@Timeout(60)
class PostponedTest {

    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int CHUNKS = 3;

    @TempDir
    Path folder;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<Served> lost = new CopyOnWriteArrayList<>();
    private final Servings servings =
            new Servings((level, sentence) -> said.add(level + " " + sentence), NoTables.of());
    private final Senders senders = new Senders(servings);
    private final OpenFiles openFiles = new OpenFiles(8, 10_000, this::open);
    private final CountDownLatch known = new CountDownLatch(1);
    private volatile @Nullable Path unreadable;
    private ServedLink link;

    @BeforeEach
    void connect() throws IOException {
        servings.whenLost(lost::add);
        link = new ServedLink(servings, Identity.generate());
    }

    @AfterEach
    void close() {
        link.close();
        senders.close();
        openFiles.close();
    }

    private FileChannel open(Path path) throws IOException {
        if (path.equals(unreadable)) {
            awaitRequests();
            throw new FileSystemException(path.toString(), null, "Too many open files");
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    private void awaitRequests() throws IOException {
        try {
            assertThat(known.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    private byte[] write(String name, int seed) throws IOException {
        byte[] bytes = new byte[CHUNKS * CHUNK_BYTES];
        new SplittableRandom(seed).nextBytes(bytes);
        Files.write(folder.resolve(name), bytes);
        return bytes;
    }

    private Served served(String name) {
        try (FileHasher hasher = new FileHasher(1)) {
            HashedFile file = hasher.hash(folder.resolve(name));
            Served served = new Served(new SharedFile(file, openFiles));
            servings.add(served);
            return served;
        }
    }

    private void openContent(int handle, Served served) throws IOException {
        link.send(handle, new PeerPdu.Open(served.content()));
        assertThat(link.answer()).isEqualTo(new Answer(handle, new PeerPdu.AllChunks()));
    }

    @Test
    void whoeverHasOpenedOrOpensWhatIsPausedIsToldToComeAgain() throws Exception {
        byte[] bytes = write("file", 1);
        Served served = served("file");
        openContent(7, served);
        servings.pause(true);
        assertThat(assertFails(7, ErrorCode.BUSY, Failure.HANDLE).retryAfterMillis())
                .isPositive();
        link.send(8, new PeerPdu.Open(served.content()));
        assertFails(8, ErrorCode.BUSY, Failure.HANDLE);
        // Of one content alone.
        served.ceiling(0);
        servings.limitChanged(served);
        servings.pause(false);
        link.send(9, new PeerPdu.Open(served.content()));
        assertFails(9, ErrorCode.BUSY, Failure.HANDLE);
        served.ceiling(Rate.UNLIMITED);
        servings.limitChanged(served);
        openContent(10, served);
        assertArrives(10, 0, bytes);
    }

    @Test
    void whoAsksForWhatCannotBeReadIsToldOnceToComeAgainAndThenGetsIt() throws Exception {
        byte[] bytes = write("file", 1);
        byte[] others = write("other", 2);
        Served served = served("file");
        Served other = served("other");
        openContent(7, served);
        openContent(8, other);
        unreadable = folder.resolve("file");
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            link.send(7, new PeerPdu.Get(chunk, 0, 4));
        }
        // Answered where requests are read: now all of them are known.
        link.send(7, new PeerPdu.Get(CHUNKS, 0, 4));
        assertFails(7, ErrorCode.LIMIT, Failure.ofRange(CHUNKS, 0));
        known.countDown();
        Failure busy = assertFails(7, ErrorCode.BUSY, Failure.HANDLE);
        assertThat(busy.retryAfterMillis()).isPositive();
        link.send(7, new PeerPdu.Get(0, 0, 4));
        assertFails(7, ErrorCode.WRONG_STATE, Failure.HANDLE);
        assertArrives(8, 0, others);
        assertThat(said).singleElement().asString().startsWith("WARNING").contains("It is still shared");
        unreadable = null;
        openContent(9, served);
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            assertArrives(9, chunk, bytes);
        }
        assertThat(lost).isEmpty();
        assertThat(servings.find(served.key())).contains(served);
    }

    private void assertArrives(int handle, int chunk, byte[] bytes) throws IOException {
        link.send(handle, new PeerPdu.Get(chunk, 0, 4));
        Answer answer = link.answer();
        assertThat(answer.handle()).isEqualTo(handle);
        assertThat(answer.pdu()).isInstanceOfSatisfying(PeerPdu.Data.class, data -> {
            assertThat(data.chunk()).isEqualTo(chunk);
            assertThat(data.bytes())
                    .isEqualTo(Arrays.copyOfRange(bytes, chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES));
        });
    }

    private Failure assertFails(int handle, ErrorCode code, long detail) throws IOException {
        Answer answer = link.answer();
        assertThat(answer.handle()).isEqualTo(handle);
        assertThat(answer.pdu()).isInstanceOf(Failure.class);
        Failure failure = (Failure) answer.pdu();
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.detail()).isEqualTo(detail);
        return failure;
    }
}
