package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.peer.Report;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** 64 TiB, more than any disk under a test has free. */
    private static final long HUGE_BYTES = ContentId.MAX_LENGTH;

    private Terminal terminal;
    private Network network;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        network = Network.withLease(folder, 60_000);
        terminal = new Terminal(folder.resolve("home"), folder);
        file = Files.writeString(folder.resolve("data"), "data");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void done() {
        Terminal.Ended ended = terminal.run("ls", "--index", network.address());
        assertThat(ended.exit()).isEqualTo(ExitCode.DONE);
        assertThat(ended.err()).doesNotContain("Exception");
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
    void wrongUsage() throws Exception {
        assertEnds(ExitCode.USAGE, "--nonsense", "ls", "--nonsense");
        assertEnds(ExitCode.USAGE, "shoal://", "get", "shoal://nonsense", "--index", network.address());
        String index = network.address();
        assertEnds(ExitCode.USAGE, "keys of this peer", "share", folder.toString(), "--index", index);
        String text = "x".repeat(3_000);
        assertEnds(ExitCode.USAGE, "3000 bytes", "search", text, "--index", index);
        assertEnds(ExitCode.USAGE, "at most 255", "share", file.toString(), "--note", text, "--index", index);
        assertEnds(ExitCode.USAGE, "255 bytes", "share", file.toString(), "--user", text, "--index", index);
        assertEnds(ExitCode.USAGE, "255 bytes", "share", file.toString(), "--name", text, "--index", index);
        assertEnds(ExitCode.USAGE, "255 bytes", "rm", text, "--index", index);
        assertEnds(ExitCode.USAGE, "empty text", "share", file.toString(), "--user", "", "--index", index);
        String large = "99999999999999999999";
        assertEnds(ExitCode.USAGE, "too large", "share", file.toString(), "--upload-limit", large, "--index", index);
        assertEnds(ExitCode.NOT_FOUND, "No name matches", "search", "x".repeat(255), "--index", index);
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

    @Test
    void aPathThatLeadsElsewhereIsNamed() throws Exception {
        Report.Shared shared = network.peer("alice").share(file).next(Report.Shared.class);
        String index = network.address();
        assertEnds(ExitCode.USAGE, "..", "share", file.toString(), "--name", "../../etc/passwd", "--index", index);
        assertEnds(ExitCode.USAGE, "..", "get", "alice/../../etc/passwd", "--index", index);
        assertEnds(ExitCode.USAGE, "..", "get", shared.link().replace("alice/data", "alice/../data"));
        // A link that leads nowhere, and one to a file: neither is followed nor replaced.
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("elsewhere"));
        assertEnds(ExitCode.DISK, "dangling is already there", "get", shared.link(), "-o", dangling.toString());
        assertThat(folder.resolve("elsewhere")).doesNotExist();
        assertThat(dangling).isSymbolicLink();
    }

    @Test
    void aFileThatHasChangedOrVanishedIsNotServedAndTheGetterIsTold() throws Exception {
        Network.Peer alice = network.peer("alice");
        Report.Shared changing = alice.share(file).next(Report.Shared.class);
        Path other = Files.writeString(folder.resolve("other"), "another");
        Report.Shared vanishing = alice.share(other).next(Report.Shared.class);
        Files.writeString(file, "DATA and more");
        Files.delete(other);
        String target = folder.resolve("got").toString();
        assertEnds(ExitCode.UNREACHABLE, "alice/data", "get", changing.link(), "-o", target);
        assertEnds(ExitCode.UNREACHABLE, "alice/other", "get", vanishing.link(), "-o", target);
        assertThat(folder.resolve("got")).doesNotExist();
        assertEnds(ExitCode.VERIFICATION, "bytes, the content has", "verify", file.toString(), changing.content());
        assertEnds(ExitCode.NOT_FOUND, "There is no file", "verify", other.toString(), vanishing.content());
        assertEnds(ExitCode.DISK, "other", "share", other.toString(), "--index", network.address());
    }

    @Test
    void aDiskWithoutRoomIsToldBeforeTheDownloadBegins() throws Exception {
        Identity owner = Identity.generate();
        Name name = new Name("alice/huge");
        VersionRecord record = VersionRecord.sign(
                VersionRecord.Kind.FILE,
                1,
                new ContentId(new Hash(1, 2, 3, 4), HUGE_BYTES),
                1,
                Hash.ZERO,
                owner.key(),
                name,
                "",
                owner.privateKey());
        try (ScriptedIndex index = new ScriptedIndex(request -> request instanceof IndexRequest.Inspect
                ? new IndexReply.Version(record, 1, 1, 1)
                : ScriptedIndex.nothing(request))) {
            String target = folder.resolve("got").toString();
            assertEnds(ExitCode.DISK, "room", "get", name.text(), "-o", target, "--index", index.address());
            assertThat(folder.resolve("got.shoal-part")).doesNotExist();
        }
    }

    private void assertEnds(int exit, String word, String... arguments) {
        Terminal.Ended ended = terminal.run(arguments);
        assertThat(ended.exit())
                .as(String.join(" ", arguments) + ": " + ended.err())
                .isEqualTo(exit);
        assertThat(ended.err()).contains(word).doesNotContain("Exception", "\tat ", "null");
        assertThat(ended.err().lines().filter(line -> !line.startsWith("First contact")))
                .hasSizeBetween(1, 2);
    }

    private int run(String... arguments) {
        return terminal.run(arguments).exit();
    }
}
