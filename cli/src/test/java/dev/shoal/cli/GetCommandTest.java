package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads as a person sees them, to a file and to standard output. */
class GetCommandTest {

    private static final long SEED = 42;

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void begin() {
        world = new World(folder);
    }

    private static Report.Got got(String path, long bytes, long resumed) {
        return new Report.Got(
                "lab/x",
                path,
                "c",
                bytes,
                resumed,
                0,
                bytes - resumed,
                2_000,
                List.of(
                        new Report.SourceUsed("alpha", bytes - resumed, null),
                        new Report.SourceUsed("beta", 0, "sent wrong data and was dropped")));
    }

    @Test
    void theEndSaysWhatCameFromWhereAndWhatWentWrong() {
        world.services.answer = (request, told, cancellation) -> {
            told.accept(new Report.Progress("lab/x", 1, 4_194_304, 0, -1, 2, "loading"));
            told.accept(new Report.Progress("lab/x", 2, 4_194_304, 0, -1, 2, "loading"));
            told.accept(got("/tmp/x", 4_194_304, 2_097_152));
        };

        assertThat(world.run("get", "lab/x", "-o", "out")).isZero();

        assertThat(world.services.requests)
                .containsExactly(
                        new Request.Get(null, "lab/x", folder.resolve("out").toString(), false, false));
        assertThat(world.screen.remarks)
                .containsExactly(
                        "Downloading lab/x, 4.0 MiB ...",
                        "Source beta: sent wrong data and was dropped (0 B came from it).");
        assertThat(world.screen.results)
                .containsExactly("/tmp/x: 4.0 MiB in 2.0 s (1.0 MiB/s) from 1 source, verified;"
                        + " 2.0 MiB of it were here already.");
    }

    @Test
    void aTerminalShowsOneLineThatIsRemovedAtTheEnd() {
        world.screen.animated = true;
        world.services.answer = (request, told, cancellation) -> {
            told.accept(new Report.Progress("lab/x", 1, 4, 0, -1, 2, "loading"));
            told.accept(got("/tmp/x", 4, 0));
        };

        world.run("get", "lab/x");

        assertThat(world.screen.bars).first().asString().contains("lab/x", "25 %", "2 sources");
        assertThat(world.screen.bars).last().isEqualTo("");
        assertThat(world.screen.remarks).noneMatch(line -> line.startsWith("Downloading"));
    }

    @Test
    void seedingComesFromTheOptionOrTheConfiguration() {
        world.run("get", "lab/x");
        world.run("get", "lab/x", "--seed", "--upload-limit", "2MiB/s", "--user", "ann");
        world.run("config", "seed", "yes");
        world.run("get", "lab/x");

        assertThat(world.services.requests)
                .extracting(request -> ((Request.Get) request).seed())
                .containsExactly(false, true, true);
        assertThat(world.services.choices.get(1))
                .isEqualTo(new Peers.Options(null, null, "ann", "2MiB/s", null, false));
    }

    @Test
    void aLimitOfTheDownloadGoesWithTheRequest() {
        world.run("get", "lab/x", "--limit", "20Mbit/s");

        assertThat(((Request.Get) world.services.requests.getFirst()).limit()).isEqualTo("20Mbit/s");
        assertThat(world.run("get", "lab/x", "--limit", "fast")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void ctrlCKeepsWhatCameAndSaysSo() {
        world.services.answer = (request, told, cancellation) -> {
            world.interruption.cancellation().cancel();
            throw new PeerException(Reason.FAILED, "It was cancelled.");
        };

        assertThat(world.run("get", "lab/x")).isEqualTo(ExitCode.INTERRUPTED);

        assertThat(world.screen.remarks)
                .containsExactly("Stopped. What came so far is kept; the same command goes on from there.");
        assertThat(world.services.open).hasValue(0);
    }

    @Test
    void standardOutputGetsTheVerifiedPrefixAsItGrowsAndNoFileStays() throws IOException {
        byte[] bytes = new byte[3_000_000];
        new SplittableRandom(SEED).nextBytes(bytes);
        world.services.answer = (request, told, cancellation) -> {
            Request.Get get = (Request.Get) request;
            assertThat(get.stream()).isTrue();
            Path file = Path.of(get.output());
            append(file, bytes, 0, 1_000_000);
            told.accept(new Report.Progress("x", 700_000, bytes.length, 0, -1, 1, "loading"));
            append(file, bytes, 1_000_000, bytes.length);
            told.accept(new Report.Progress("x", 2_999_999, bytes.length, 0, -1, 1, "loading"));
            told.accept(got(get.output(), bytes.length, 0));
        };

        assertThat(world.run("get", "lab/x", "-o", "-")).isZero();

        assertThat(world.data.toByteArray()).isEqualTo(bytes);
        assertThat(world.screen.results).isEmpty();
        assertThat(world.screen.remarks).last().asString().endsWith("verified.");
        assertNothingStays();
    }

    @Test
    void anEmptyContentIsStreamedToo() {
        world.services.answer =
                (request, told, cancellation) -> told.accept(got(((Request.Get) request).output(), 0, 0));

        assertThat(world.run("get", "lab/x", "-o", "-")).isZero();

        assertThat(world.data.size()).isZero();
    }

    @Test
    void aReaderThatLeavesEndsTheStreamQuietly() throws IOException {
        world.output = broken("Broken pipe");
        world.services.answer = streamUntilCancelled();

        assertThat(world.run("get", "lab/x", "-o", "-")).isEqualTo(ExitCode.OUTPUT_CLOSED);

        assertThat(world.screen.remarks).noneMatch(line -> line.startsWith("shoal:"));
        assertNothingStays();
    }

    @Test
    void aFullDiskBehindStandardOutputIsAnError() {
        world.output = broken("No space left on device");
        world.services.answer = streamUntilCancelled();

        assertThat(world.run("get", "lab/x", "-o", "-")).isEqualTo(ExitCode.DISK);

        assertThat(world.screen.remarks)
                .last()
                .isEqualTo("shoal: Standard output cannot be written: No space left on device.");
    }

    @Test
    void successIsNotToldBeforeStandardOutputHasItAll() {
        world.output = broken("No space left on device");
        world.services.answer = (request, told, cancellation) -> {
            append(Path.of(((Request.Get) request).output()), new byte[100], 0, 100);
            told.accept(got("x", 100, 0));
        };

        assertThat(world.run("get", "lab/x", "-o", "-")).isEqualTo(ExitCode.DISK);

        assertThat(world.screen.remarks)
                .containsExactly("shoal: Standard output cannot be written: No space left on device.");
    }

    private static FakeServices.Answer streamUntilCancelled() {
        return (request, told, cancellation) -> {
            append(Path.of(((Request.Get) request).output()), new byte[100], 0, 100);
            told.accept(new Report.Progress("x", 100, 200, 0, -1, 1, "loading"));
            cancellation.await();
        };
    }

    private static OutputStream broken(String message) {
        return new OutputStream() {
            @Override
            public void write(int next) throws IOException {
                throw new IOException(message);
            }
        };
    }

    private static void append(Path file, byte[] bytes, int from, int to) {
        try (OutputStream output = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            output.write(bytes, from, to - from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertNothingStays() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("home"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
