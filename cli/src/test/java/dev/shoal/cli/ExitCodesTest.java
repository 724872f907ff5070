package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Report;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of failure has its exit code, and a message of a line or two. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ExitCodesTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Network network;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        network = Network.withLease(folder, 60_000);
        file = Files.writeString(folder.resolve("data"), "data");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void done() {
        assertThat(run("ls", "--index", network.address())).isEqualTo(ExitCode.DONE);
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("Exception");
    }

    @Test
    void failed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("0.0.0.0"))) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(run("config", "listen", port)).isEqualTo(ExitCode.DONE);
            assertEnds(ExitCode.FAILED, port, "share", file.toString(), "--index", network.address());
        }
    }

    @Test
    void wrongUsage() {
        assertEnds(ExitCode.USAGE, "--nonsense", "ls", "--nonsense");
        assertEnds(ExitCode.USAGE, "shoal://", "get", "shoal://nonsense", "--index", network.address());
        assertEnds(ExitCode.USAGE, "folder", "share", folder.toString(), "--index", network.address());
    }

    @Test
    void notFound() {
        assertEnds(ExitCode.NOT_FOUND, "alice/nothing", "get", "alice/nothing", "--index", network.address());
        assertEnds(ExitCode.NOT_FOUND, "alice/nothing", "info", "alice/nothing", "--index", network.address());
        assertEnds(ExitCode.NOT_FOUND, "alice/nothing", "rm", "alice/nothing", "--index", network.address());
    }

    @Test
    void notAllowed() throws Exception {
        network.peer("alice").share(file).next(Report.Shared.class);
        Path other = Files.writeString(folder.resolve("other"), "other");
        assertEnds(
                ExitCode.NOT_ALLOWED,
                "alice/data",
                "share",
                other.toString(),
                "--name",
                "alice/data",
                "--index",
                network.address());
        assertEnds(ExitCode.NOT_ALLOWED, "alice/data", "rm", "alice/data", "--index", network.address());
    }

    @Test
    void unreachable() {
        assertEnds(ExitCode.UNREACHABLE, "127.0.0.1:1", "ls", "--index", "127.0.0.1:1");
    }

    @Test
    void verificationFailed() throws Exception {
        assertThat(run("ls", "--index", network.address())).isEqualTo(ExitCode.DONE);
        try (Network other = Network.withLease(Files.createDirectory(folder.resolve("other")), 60_000)) {
            Path known = folder.resolve("home/known-keys");
            String text = Files.readString(known).replace(network.address(), other.address());
            Files.writeString(known, text);
            assertEnds(ExitCode.VERIFICATION, "forget-index", "ls", "--index", other.address());
        }
    }

    @Test
    void localDisk() throws Exception {
        Report.Shared shared = network.peer("alice").share(file).next(Report.Shared.class);
        Path mine = Files.writeString(folder.resolve("mine"), "mine");
        assertEnds(ExitCode.DISK, "mine", "get", shared.link(), "-o", mine.toString());
        assertEnds(ExitCode.DISK, "no/folder", "get", shared.link(), "-o", folder + "/no/folder/file");
        assertEnds(ExitCode.DISK, "missing", "share", folder + "/missing", "--index", network.address());
        assertThat(mine).hasContent("mine");
    }

    private void assertEnds(int exit, String word, String... arguments) {
        out.reset();
        err.reset();
        int found = run(arguments);
        String text = err.toString(StandardCharsets.UTF_8);
        assertThat(found).as(String.join(" ", arguments) + ": " + text).isEqualTo(exit);
        assertThat(text).contains(word).doesNotContain("Exception", "\tat ", "null");
        assertThat(text.lines().filter(line -> !line.startsWith("First contact")))
                .hasSizeBetween(1, 2);
    }

    private int run(String... arguments) {
        StreamScreen screen = new StreamScreen(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                () -> 1_000,
                Paint.NONE);
        Interruption interruption = new Interruption();
        try {
            return Commands.execute(
                    new Surroundings(
                            Map.of("SHOAL_HOME", folder.resolve("home").toString()),
                            folder,
                            new ByteArrayInputStream(new byte[0]),
                            new ByteArrayOutputStream(),
                            false,
                            screen,
                            InstantSource.system(),
                            interruption,
                            new Wiring()),
                    arguments);
        } finally {
            interruption.ended();
        }
    }
}
