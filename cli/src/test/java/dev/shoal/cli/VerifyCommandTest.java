package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.content.Name;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.protocol.Link;
import dev.shoal.protocol.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files compared with contents. */
class VerifyCommandTest {

    private static final long SEED = 3;
    private static final String FINGERPRINT = "a".repeat(PeerId.FINGERPRINT_LENGTH);

    @TempDir
    Path folder;

    private World world;

    @BeforeEach
    void begin() {
        world = new World(folder);
    }

    /** The identity by the plainest way: the whole leaf row at once. */
    private static ContentId identity(byte[] bytes) {
        ChunkLayout layout = new ChunkLayout(bytes.length);
        HashTree tree = new HashTree();
        Hash root = bytes.length == 0
                ? Hash.ZERO
                : tree.subtreeRoot(tree.leaves(bytes, 0, bytes.length), 0, layout.height());
        return new ContentId(root, bytes.length);
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("file"), bytes);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(SEED).nextBytes(bytes);
        return bytes;
    }

    @Test
    void filesOfEveryLengthAreHashedAsTheTreeSays() throws IOException {
        for (int length : new int[] {0, 1, 16_384, 16_385, 65_536, 65_537, 1_048_577, 5_000_000}) {
            byte[] bytes = random(length);
            file(bytes);
            assertThat(world.run("verify", "file", identity(bytes).toString()))
                    .as("length %d, seed %d", length, SEED)
                    .isZero();
        }
    }

    @Test
    void whoStopsItHearsNoVerdict() throws IOException {
        byte[] bytes = random(100_000);
        file(bytes);
        world.interruption.cancellation().cancel();
        assertThat(world.run("verify", "file", identity(bytes).toString())).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(world.screen.results).isEmpty();
    }

    @Test
    void theRightFileIsVerifiedByIdAndByLink() throws IOException {
        byte[] bytes = random(100_000);
        file(bytes);
        ContentId content = identity(bytes);
        String link = new Link(FINGERPRINT, "host", 7800, new Name("lab/x"), null, content).toString();

        assertThat(world.run("verify", "file", content.toString())).isZero();
        assertThat(world.run("verify", "file", link, "--json")).isZero();

        assertThat(world.screen.results.getFirst()).startsWith("Verified: ");
        assertThat(world.screen.results.getLast()).contains("\"type\":\"verified\"", "\"matches\":true");
    }

    @Test
    void otherBytesAndOtherSizesAreToldApart() throws IOException {
        byte[] bytes = random(100_000);
        ContentId content = identity(bytes);
        bytes[99_999] ^= 1;
        file(bytes);
        assertThat(world.run("verify", "file", content.toString())).isEqualTo(ExitCode.VERIFICATION);
        file(Arrays.copyOf(bytes, 99_999));
        assertThat(world.run("verify", "file", content.toString())).isEqualTo(ExitCode.VERIFICATION);

        assertThat(world.screen.remarks.get(0)).contains("right size, 100 000 bytes, but not the right bytes");
        assertThat(world.screen.remarks.get(1)).contains("has 99 999 bytes, the content has 100 000");
        assertThat(world.screen.results).isEmpty();
    }

    @Test
    void theIndexIsAskedForTheLatestVersion() throws IOException {
        byte[] bytes = random(10);
        file(bytes);
        String content = identity(bytes).toString();
        world.services.answer = (request, told, cancellation) -> told.accept(new Report.Details(
                "lab/x", 1, 1, content, 10, 1, 65_536, "owner", 0, "", 1, 1, List.of(), "link", "public", null,
                List.of(), false));

        assertThat(world.run("verify", "file", "lab/x")).isZero();
        assertThat(world.run("verify", "file", "shoal://" + FINGERPRINT + "@host:7800/lab/x"))
                .isZero();
        assertThat(world.typing("V file lab/x\n").run("shell", "--user", "bob", "--index", "host"))
                .isZero();

        assertThat(world.services.requests).hasSize(3).first().isEqualTo(new Request.Describe(null, "lab/x"));
        assertThat(world.screen.results).hasSize(3).allMatch(line -> line.startsWith("Verified: "));
    }

    @Test
    void aMissingFileAndAnUnknownNameAreNotFound() {
        assertThat(world.run("verify", "nowhere", ContentId.EMPTY.toString())).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(world.run("verify", "nowhere", "lab/x")).isEqualTo(ExitCode.NOT_FOUND);
    }
}
