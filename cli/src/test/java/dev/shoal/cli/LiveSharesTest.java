package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.PeerException;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files are shared with {@code --watch}, with an index and peers that are real, and saved in every way. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LiveSharesTest {

    @TempDir
    Path folder;

    private Network network;
    private Network.Peer alice;
    private Path files;
    private int gets;

    @BeforeEach
    void start() throws Exception {
        network = new Network(folder);
        alice = network.peer("alice");
        files = Files.createDirectory(folder.resolve("files"));
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void whateverIsSavedIsAVersionAsSoonAsItIsWhole() throws Exception {
        Path link = Files.createSymbolicLink(files.resolve("linked"), write("target", "linked 1"));
        Network.Job sharing = watch(
                write("written", "written 1"),
                write("replaced", "replaced 1"),
                link,
                write("slow", "slow 1"),
                write("touched", "touched 1"));
        assertThat(versions(sharing, 5).values()).containsOnly(1);

        OutputStream slow = Files.newOutputStream(files.resolve("slow"), StandardOpenOption.TRUNCATE_EXISTING);
        slow.write(bytes("slow"));
        Files.setLastModifiedTime(files.resolve("touched"), FileTime.from(Instant.now()));
        write("written", "written 2");
        Files.move(write("new", "replaced 2"), files.resolve("replaced"), StandardCopyOption.ATOMIC_MOVE);
        Files.createSymbolicLink(files.resolve("other"), write("elsewhere", "linked 2"));
        Files.move(files.resolve("other"), link, StandardCopyOption.ATOMIC_MOVE);
        // What somebody still writes, and what has only been touched, is none: the others were saved after these.
        assertThat(versions(sharing, 3)).isEqualTo(Map.of("written", 2, "replaced", 2, "linked", 2));
        slow.write(bytes(" 2"));
        slow.close();
        write("touched", "touched 2");
        write("written", "written 3");
        assertThat(versions(sharing, 3)).isEqualTo(Map.of("slow", 2, "touched", 2, "written", 3));

        assertGets("written", "written 3");
        assertGets("replaced", "replaced 2");
        assertGets("linked", "linked 2");
        assertGets("slow", "slow 2");
        assertGets("touched", "touched 2");
        sharing.stop();
    }

    @Test
    void whatChangedIsSaidWithEachVersion() throws Exception {
        Path file = Sample.alike(1, 1_000_000).write(files.resolve("model"));
        Network.Job sharing = watch(file);
        versions(sharing, 1);
        for (int version = 2; version <= 3; version++) {
            Sample.alike(version, 1_000_000).write(file);
            assertThat(versions(sharing, 1)).isEqualTo(Map.of("model", version));
        }
        List<Report.VersionKept> versions = alice.ask(new Request.Describe(null, "model"), Report.Details.class)
                .getFirst()
                .versions();
        assertThat(versions.getLast().changedBytes()).as("there is none before").isNull();
        assertThat(versions.get(1).changedBytes()).isPositive();
        // What is its own, and the segments around it.
        assertThat(versions.getFirst().changedBytes())
                .isBetween((long) Sample.DIFFERENT_BYTES, Sample.DIFFERENT_BYTES + 3 + 2L * 64 * 1024);
        sharing.stop();
    }

    @Test
    void whatIsGoneComesBackAndWhatWasTakenAwayDoesNot() throws Exception {
        Network.Job sharing = watch(write("a", "a 1"), write("b", "b 1"));
        versions(sharing, 2);

        int port = network.index().address().getPort();
        network.index().close();
        Files.delete(files.resolve("a"));
        write("a", "a 2");
        awaitSaid(sharing, "is not published yet");
        network.restartIndex(port);
        assertThat(versions(sharing, 1)).isEqualTo(Map.of("a", 2));
        assertGets("a", "a 2");

        alice.ask(new Request.Remove(null, List.of("b"), false), Report.class);
        write("b", "b 2");
        awaitSaid(sharing, "was taken away");
        alice.ask(new Request.Remove(null, List.of("a"), false), Report.class);
        write("a", "a 3");
        assertThat(sharing.end())
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        PeerException.class, e -> assertThat(e.reason()).isEqualTo(PeerException.Reason.NOT_FOUND));
    }

    @Test
    void whatIsWrongAlthoughNothingShowsItIsReadAgain() throws Exception {
        Network.Job sharing = watch(write("a", "a 1"));
        versions(sharing, 1);
        Path file = files.resolve("a");
        FileTime before = Files.getLastModifiedTime(file);
        write("a", "a 2");
        Files.setLastModifiedTime(file, before);
        assertThat(network.peer("bob")
                        .refusal(new Request.Get(
                                null, "alice/a", folder.resolve("got").toString(), false, false)))
                .hasMessageContaining("sent wrong data");
        awaitSaid(sharing, "It is read again.");
        assertThat(versions(sharing, 1)).isEqualTo(Map.of("a", 2));
        assertGets("a", "a 2");
        sharing.stop();
    }

    @Test
    void whatChangesInAFolderIsAVersionOfIt() throws Exception {
        Path deep = Files.createDirectories(files.resolve("all/deep"));
        Path one = write("all/deep/one", "one");
        Path two = write("all/two", "two");
        Network.Job sharing = watch(files.resolve("all"));
        assertThat(versions(sharing, 1)).isEqualTo(Map.of("all", 1));
        try (OutputStream slow = Files.newOutputStream(one, StandardOpenOption.TRUNCATE_EXISTING)) {
            slow.write(bytes("half"));
            Files.writeString(two, "two 2");
            awaitLooks();
            slow.write(bytes(" of it"));
        }
        // While something in it is being written, nothing of it is published.
        assertThat(versions(sharing, 1)).isEqualTo(Map.of("all", 2));
        assertGets("all/deep/one", "half of it");
        assertGets("all/two", "two 2");
        Files.move(deep, files.resolve("all/deeper"));
        Files.setLastModifiedTime(two, FileTime.from(Instant.now()));
        Files.writeString(files.resolve("all/deeper/one"), "renamed");
        assertThat(versions(sharing, 1)).isEqualTo(Map.of("all", 3));
        assertGets("all/deeper/one", "renamed");
        sharing.stop();
    }

    /** As long as something settles. */
    private static void awaitLooks() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
        await().until(() -> System.nanoTime() - end >= 0);
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(files.resolve(name), text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Network.Job watch(Path... paths) {
        return alice.begin(
                new Request.Share(null, Stream.of(paths).map(Path::toString).toList(), null, "").watching(true));
    }

    /** The next versions that are told of, by name. */
    private static Map<String, Integer> versions(Network.Job sharing, int count) throws Exception {
        Map<String, Integer> versions = new HashMap<>();
        for (int i = 0; i < count; i++) {
            Report.Shared shared = sharing.next(Report.Shared.class);
            assertThat(shared.fresh()).isTrue();
            versions.put(shared.name().substring("alice/".length()), shared.version());
        }
        return versions;
    }

    /** Other things may be said before. */
    private static void awaitSaid(Network.Job sharing, String text) throws Exception {
        String said;
        do {
            said = sharing.next(Report.Said.class).text();
        } while (!said.contains(text));
    }

    private void assertGets(String name, String text) {
        Path target = folder.resolve("got" + gets++);
        network.peer("bob" + gets).get("alice/" + name, target);
        assertThat(target).hasContent(text);
    }
}
