package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are not there, change, or are in the way. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class FilesTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String SLOW = "2 MB/s";
    private static final int BYTES = 2_500_000;

    @TempDir
    Path folder;

    private Network network;
    private Network.Peer alice;
    private Network.Peer bob;

    @BeforeEach
    void start() {
        network = Network.withLease(folder, 60_000);
        alice = network.peer("alice", SLOW, PeerEvents.NONE);
        bob = network.peer("bob");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    /** What may become of a file. */
    enum Fate {
        VANISHES {
            @Override
            void befall(Path file) throws IOException {
                Files.delete(file);
            }
        },
        IS_CUT {
            @Override
            void befall(Path file) throws IOException {
                try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                    open.setLength(BYTES / 2);
                }
            }
        },
        IS_CHANGED {
            @Override
            void befall(Path file) throws IOException {
                overwrite(file);
            }
        },
        IS_CHANGED_UNNOTICED {
            @Override
            void befall(Path file) throws IOException {
                FileTime time = Files.getLastModifiedTime(file);
                overwrite(file);
                Files.setLastModifiedTime(file, time);
            }
        },
        IS_REPLACED {
            @Override
            void befall(Path file) throws IOException {
                Path other = file.resolveSibling("other");
                Files.write(other, new byte[BYTES]);
                Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
                Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
            }
        };

        abstract void befall(Path file) throws IOException;

        private static void overwrite(Path file) throws IOException {
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                open.write(new byte[BYTES]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsNotWhatItWasIsNotServedAnyMore(Fate fate) throws Exception {
        Path file = file("data", BYTES);
        Network.Job sharing = alice.share(file);
        Report.Shared shared = sharing.next(Report.Shared.class);
        fate.befall(file);
        Path target = folder.resolve("got");
        PeerException failure = bob.refusal(get(shared.link(), target));
        assertThat(failure.reason()).isIn(Reason.UNREACHABLE, Reason.VERIFICATION);
        assertThat(target).doesNotExist();
        Report.Said said = sharing.next(Report.Said.class);
        assertThat(said.level()).isEqualTo("WARNING");
        assertThat(said.text()).containsPattern("(no longer served|not served any more)");
        assertThat(bob.ask(new Request.ListNames(null, false), Report.Listed.class))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatChangesDuringADownloadIsTakenFromAnotherSource(Fate fate) throws Exception {
        Path file = file("data", BYTES);
        Path copy = Files.copy(file, folder.resolve("copy"));
        Report.Shared shared = share(alice, file);
        Path target = folder.resolve("got");
        Network.Job getting = bob.begin(get(shared.link(), target));
        awaitProgress(getting);
        fate.befall(file);
        assertThat(target).doesNotExist();
        Network.Job second =
                network.peer("carol").begin(new Request.Share(null, List.of(copy.toString()), "alice/data", ""));
        second.next(Report.Shared.class);
        assertThat(getting.next(Report.Got.class).bytes()).isEqualTo(BYTES);
        assertThat(target).hasSameBinaryContentAs(copy);
    }

    @Test
    void aDownloadWhoseOnlySourceIsGoneKeepsWhatItHas() throws Exception {
        Path file = file("data", BYTES);
        Path copy = Files.copy(file, folder.resolve("copy"));
        Report.Shared shared = share(alice, file);
        Path target = folder.resolve("got");
        Network.Job getting = bob.begin(get(shared.link(), target));
        awaitProgress(getting);
        Files.delete(file);
        getting.stop();
        assertThat(target).doesNotExist();
        assertThat(folder.resolve("got.shoal-part")).exists();
        network.peer("carol")
                .begin(new Request.Share(null, List.of(copy.toString()), "alice/data", ""))
                .next(Report.Shared.class);
        Report.Got got = bob.get(shared.link(), target);
        assertThat(got.resumedBytes()).isPositive();
        assertThat(target).hasSameBinaryContentAs(copy);
        assertThat(folder.resolve("got.shoal-part")).doesNotExist();
    }

    @Test
    void whatIsNoFileCannotBeShared() throws Exception {
        Path leaky = Files.createDirectory(folder.resolve("leaky"));
        Files.createSymbolicLink(leaky.resolve("out"), Path.of("../up"));
        assertRefused(leaky, Reason.USAGE, "out");
        assertRefused(folder.resolve("missing"), Reason.DISK, "missing");
        assertRefused(Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("missing")), Reason.DISK, "");
        Path pipe = folder.resolve("pipe");
        assumeThat(run("mkfifo", pipe.toString())).as("mkfifo").isZero();
        assertRefused(pipe, Reason.USAGE, "pipe");
        assertRefused(Path.of("/dev/zero"), Reason.USAGE, "/dev/zero");
        Path madeUp = Path.of("/proc/cpuinfo");
        assumeThat(madeUp).exists();
        assertRefused(madeUp, Reason.USAGE, "said to be empty");
    }

    @Test
    void aFileThatMayNotBeReadCannotBeShared() throws Exception {
        Path secret = file("secret", 10);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        assumeThat(Files.isReadable(secret)).as("root reads everything").isFalse();
        assertRefused(secret, Reason.DISK, "secret");
    }

    @Test
    void aLinkToAFileIsSharedAsThatFile() throws Exception {
        Path file = file("data", 1_000);
        Report.Shared shared = share(alice, Files.createSymbolicLink(folder.resolve("link"), file));
        assertThat(shared.name()).isEqualTo("alice/link");
        bob.get(shared.link(), folder.resolve("got"));
        assertThat(folder.resolve("got")).hasSameBinaryContentAs(file);
    }

    @Test
    void aFileThatIsBeingWrittenCannotBeShared() throws Exception {
        Path file = file("growing", 20_000_000);
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> append(file, done));
        int attempt = 0;
        try {
            // A busy machine may give the writer no time while the file is hashed: then it is a file like any other.
            Optional<PeerException> refused = Optional.empty();
            long end = System.nanoTime() + LONG.toNanos();
            while (refused.isEmpty() && System.nanoTime() - end < 0) {
                String name = "growing" + ++attempt;
                refused = alice.outcome(new Request.Share(null, List.of(file.toString()), name, ""));
            }
            assertThat(refused.map(PeerException::reason)).contains(Reason.DISK);
            assertThat(refused.map(PeerException::getMessage)).get().asString().contains("growing");
        } finally {
            done.set(true);
            writer.join();
        }
        assertThat(bob.ask(new Request.ListNames(null, true), Report.Listed.class))
                .extracting(Report.Listed::name)
                .doesNotContain("alice/growing" + attempt);
    }

    @Test
    void whatIsThereIsNeverOverwritten() throws Exception {
        Path file = file("data", 300_000);
        Report.Shared shared = share(alice, file);
        Path other = Files.writeString(folder.resolve("other"), "mine");
        assertTargetRefused(shared, other, "other");
        assertThat(other).hasContent("mine");
        assertTargetRefused(shared, folder.resolve("no/folder/file"), "folder");
        assertTargetRefused(shared, Path.of("/sys/kernel/data"), "/sys/kernel");
        Path same = Files.copy(file, folder.resolve("same"));
        Report.Got got = bob.get(shared.link(), same);
        assertThat(got.resumedBytes()).isEqualTo(300_000);
        assertThat(got.sourcesUsed()).isEmpty();
    }

    @Test
    void aPartFileOfAnotherContentIsNotTouched() throws Exception {
        Report.Shared one = share(alice, file("one", BYTES));
        Report.Shared two = share(alice, file("two", BYTES + 1));
        Path target = folder.resolve("got");
        Network.Job getting = bob.begin(get(one.link(), target));
        awaitProgress(getting);
        getting.stop();
        byte[] before = Files.readAllBytes(folder.resolve("got.shoal-part"));
        assertTargetRefused(two, target, "got.shoal-part");
        assertThat(folder.resolve("got.shoal-part")).hasBinaryContent(before);
    }

    @Test
    void ofTwoDownloadsToTheSameTargetThatOfAnotherPeerIsRefusedAndThatOfTheSameOneJoins() throws Exception {
        Path file = file("data", BYTES);
        Report.Shared shared = share(alice, file);
        Path target = folder.resolve("got");
        Network.Job getting = bob.begin(get(shared.link(), target));
        awaitProgress(getting);
        PeerException other = network.peer("carol").refusal(get(shared.link(), target));
        assertThat(other.reason()).isEqualTo(Reason.DISK);
        assertThat(other).hasMessageContaining("got.shoal-part");
        assertThat(bob.get(shared.link(), target).path()).isEqualTo(target.toString());
        getting.next(Report.Got.class);
        assertThat(target).hasSameBinaryContentAs(file);
    }

    private void assertRefused(Path path, Reason reason, String word) {
        PeerException refused = alice.refusal(new Request.Share(null, List.of(path.toString()), null, ""));
        assertThat(refused.reason()).as(path.toString()).isEqualTo(reason);
        assertThat(refused).hasMessageContaining(word);
        assertThat(refused.getMessage()).endsWith(".").doesNotContain("Exception");
    }

    private void assertTargetRefused(Report.Shared shared, Path target, String word) {
        PeerException refused = bob.refusal(get(shared.link(), target));
        assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(Reason.DISK);
        assertThat(refused).hasMessageContaining(word);
        assertThat(refused.getMessage()).endsWith(".").doesNotContain("Exception");
    }

    private static void awaitProgress(Network.Job getting) throws InterruptedException {
        while (getting.next(Report.Progress.class).doneBytes() == 0) {
            Thread.onSpinWait();
        }
    }

    private static void append(Path file, AtomicBoolean done) {
        try (var out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            while (!done.get()) {
                out.write(1);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).start().waitFor();
    }

    private static Request.Get get(String target, Path output) {
        return new Request.Get(null, target, output.toString(), false, false);
    }

    private static Report.Shared share(Network.Peer peer, Path file) throws Exception {
        return peer.share(file).next(Report.Shared.class);
    }

    private Path file(String name, int size) throws IOException {
        byte[] data = new byte[size];
        new SplittableRandom(size).nextBytes(data);
        return Files.write(folder.resolve(name), data);
    }
}
