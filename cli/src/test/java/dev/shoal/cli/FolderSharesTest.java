package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.store.TargetPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders between peers. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class FolderSharesTest {

    @TempDir
    Path folder;

    private Network network;
    private Network.Peer alice;
    private Network.Peer bob;
    private Path original;

    @BeforeEach
    void start() throws IOException {
        network = Network.withLease(folder, 60_000);
        alice = network.peer("alice");
        bob = network.peer("bob");
        original = Files.createDirectory(folder.resolve("data"));
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 400; i++) {
            write("small/" + i % 7 + "/f" + i, random, 4096);
        }
        write("large.bin", random, 3_000_000);
        write("notes/read me.txt", random, 100);
        write("notes/a@2", random, 100);
        Files.createSymbolicLink(original.resolve("latest"), Path.of("./notes/read me.txt"));
        Files.createDirectories(original.resolve("nothing"));
    }

    @AfterEach
    void stop() {
        network.close();
    }

    private void write(String path, SplittableRandom random, int length) throws IOException {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        Files.createDirectories(original.resolve(path).getParent());
        Files.write(original.resolve(path), bytes);
    }

    private static List<String> tree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.map(path -> root.relativize(path) + (Files.isRegularFile(path) ? " " + sum(path) : ""))
                    .sorted()
                    .toList();
        }
    }

    private static int sum(Path file) {
        try {
            return java.util.Arrays.hashCode(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Request.Get get(String target, Path output, List<String> include, List<String> exclude) {
        return new Request.Get(null, target, output.toString(), false, false, false, null, List.of(), include, exclude);
    }

    @Test
    void aFolderIsSharedAndGotWholeOrInPart() throws Exception {
        Network.Job sharing = alice.share(original);
        Report.Shared shared = sharing.next(Report.Shared.class);
        Path got = folder.resolve("got");
        Report.Got told = bob.get(shared.link(), got);
        assertThat(tree(got)).isEqualTo(tree(original));
        assertThat(told.bytes()).isEqualTo(shared.bytes());
        assertThat(new TargetPath(got).partFile()).doesNotExist();
        assertThat(bob.get(shared.link(), got).resumedBytes())
                .as("it is there already")
                .isEqualTo(shared.bytes());

        Path one = folder.resolve("one.txt");
        Report.Got file = bob.get(shared.name() + "/notes/read me.txt", one);
        assertThat(one).hasSameBinaryContentAs(original.resolve("notes/read me.txt"));
        assertThat(file.bytes()).isLessThan(shared.bytes() / 2);
        Path below = folder.resolve("below");
        bob.get(shared.name() + "/small/3", below);
        assertThat(tree(below)).isEqualTo(tree(original.resolve("small/3")));

        Path part = folder.resolve("part");
        Report.Got some = bob.ask(get(shared.link(), part, List.of("small"), List.of("f*1")), Report.Got.class)
                .getFirst();
        assertThat(some.bytes()).isLessThan(shared.bytes() * 3 / 4);
        List<String> expected = tree(original.resolve("small")).stream()
                .filter(path -> !path.matches(".*/f\\d*1 .*"))
                .toList();
        assertThat(tree(part.resolve("small"))).isEqualTo(expected);
        assertThat(tree(part)).hasSize(expected.size() + 1);

        assertThat(bob.refusal(get(shared.name() + "/notes/read me.txt", one, List.of(), List.of())))
                .as("a part that is there")
                .hasMessageContaining("cannot be told");
        Path numbered = folder.resolve("numbered");
        bob.get(shared.name() + "/notes/a@2", numbered);
        assertThat(numbered).hasSameBinaryContentAs(original.resolve("notes/a@2"));

        assertThat(bob.refusal(new Request.Get(null, shared.name() + "/no/thing", folder.toString(), false, false))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
        Files.createDirectories(folder.resolve("other/data/mine"));
        PeerException taken = bob.refusal(get(shared.link(), folder.resolve("other"), List.of(), List.of()));
        assertThat(taken.reason()).isEqualTo(Reason.DISK);
        assertThat(taken).hasMessageContaining("already there");
        // The one who shares it has it from this disk.
        Path own = folder.resolve("own");
        alice.get(shared.link(), own);
        assertThat(tree(own)).isEqualTo(tree(original));
        sharing.stop();
    }

    @Test
    void whoHasAPartServesIt() throws Exception {
        Network.Job sharing = alice.share(original);
        Report.Shared shared = sharing.next(Report.Shared.class);
        Network.Job seeding = bob.begin(new Request.Get(
                null,
                shared.link(),
                folder.resolve("part").toString(),
                true,
                false,
                false,
                null,
                List.of(),
                List.of("small"),
                List.of()));
        seeding.next(Report.Got.class);
        sharing.stop();
        Path some = folder.resolve("some");
        network.peer("carol").get(shared.name() + "/small/3", some);
        assertThat(tree(some)).isEqualTo(tree(original.resolve("small/3")));
        seeding.stop();
    }

    @Test
    void aKilledDownloadGoesOnAndTheNameHasAllOrNothing() throws Exception {
        Network.Peer slow = network.peer("slow", "16Mbit/s", PeerEvents.NONE);
        Network.Job sharing = slow.share(original);
        String link = sharing.next(Report.Shared.class).link();
        Path target = folder.resolve("target");
        Path home = folder.resolve("home");
        long came = 0;
        try (PeerProcess getter = PeerProcess.get(home, network.address(), link, target)) {
            while (came < 2_500_000) {
                came = Long.parseLong(getter.await("progress"));
            }
            getter.kill();
        }
        assertThat(target).doesNotExist();
        sharing.stop();
        Network.Job quick = alice.share(original);
        quick.next(Report.Shared.class);
        try (PeerProcess getter = PeerProcess.get(home, network.address(), link, target)) {
            getter.await("got");
        }
        assertThat(tree(target)).isEqualTo(tree(original));
        assertThat(new TargetPath(target).partFile()).doesNotExist();
        quick.stop();
    }
}
