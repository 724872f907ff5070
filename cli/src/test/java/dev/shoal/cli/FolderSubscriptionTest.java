package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Report;
import dev.shoal.peer.SubscriptionReport;
import dev.shoal.peer.SubscriptionReport.Conflict;
import dev.shoal.peer.SubscriptionReport.Followed;
import dev.shoal.peer.SubscriptionReport.Updated;
import dev.shoal.peer.SubscriptionWish;
import dev.shoal.store.SubscribedFile.Choice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A folder is followed, with an index and peers that are real. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FolderSubscriptionTest {

    private static final String NAME = "alice/data";
    private static final long CHUNK_BYTES = 64 * 1024;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(4);
    private Network network;
    private Network.Peer alice;
    private Network.Peer bob;
    private Network.@Nullable Job sharing;
    private Path original;
    private Path followed;

    @BeforeEach
    void start() throws Exception {
        network = new Network(folder);
        alice = network.peer("alice");
        bob = network.peer("bob");
        original = Files.createDirectory(folder.resolve("data"));
        followed = Files.createDirectory(folder.resolve("bobs")).resolve("data");
        for (int i = 0; i < 200; i++) {
            write("small/" + i % 7 + "/f" + i, 4096);
        }
        write("large.bin", 3_000_000);
        Files.createSymbolicLink(original.resolve("latest"), Path.of("small/1/f1"));
        Files.createDirectories(original.resolve("nothing"));
        publish();
    }

    /** What is in the folder is the next version. */
    private void publish() throws Exception {
        Network.Job before = sharing;
        sharing = alice.share(original);
        sharing.next(Report.Shared.class);
        if (before != null) {
            before.stop();
        }
    }

    @AfterEach
    void stop() {
        network.close();
    }

    private void write(String path, int length) throws IOException {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        Files.createDirectories(original.resolve(path).getParent());
        Files.write(original.resolve(path), bytes);
    }

    private SubscriptionWish.Subscribe subscribe(Path place, List<String> include, boolean stays) {
        return new SubscriptionWish.Subscribe(
                null, NAME, place.toString(), true, null, null, include, List.of(), true, stays, false);
    }

    private static List<String> tree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.map(path -> root.relativize(path)
                            + (Files.isRegularFile(path) ? " " + Arrays.hashCode(bytes(path)) : ""))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatChangesComesAndNothingElse() throws Exception {
        Network.Job following = bob.begin(subscribe(followed, List.of(), true));
        assertThat(following.next(Updated.class).version()).isEqualTo(1);
        assertThat(tree(followed)).isEqualTo(tree(original));

        write("small/3/f3", 4096);
        publish();
        Updated changed = following.next(Updated.class);
        assertThat(changed.version()).isEqualTo(2);
        assertThat(tree(followed)).isEqualTo(tree(original));
        // The list, and the chunk or two in which the file stands.
        assertThat(changed.fetchedBytes()).isLessThanOrEqualTo(3 * CHUNK_BYTES);
        assertThat(changed.savedBytes()).isEqualTo(changed.bytes() - changed.fetchedBytes());
        assertThat(Path.of(String.valueOf(changed.kept())).resolve("small/3/f3"))
                .isRegularFile();

        Files.move(original.resolve("small"), original.resolve("renamed"));
        Files.delete(original.resolve("latest"));
        publish();
        Updated renamed = following.next(Updated.class);
        assertThat(tree(followed)).isEqualTo(tree(original));
        assertThat(renamed.fetchedBytes()).as("the list alone").isLessThanOrEqualTo(CHUNK_BYTES);

        byte[] large = Files.readAllBytes(original.resolve("large.bin"));
        large[1_500_000] ^= 1;
        Files.write(original.resolve("large.bin"), large);
        publish();
        Updated delta = following.next(Updated.class);
        assertThat(tree(followed)).isEqualTo(tree(original));
        assertThat(delta.fetchedBytes())
                .as("the list, and what is new in the file")
                .isLessThan(5 * CHUNK_BYTES);

        Files.writeString(followed.resolve("renamed/5/f5"), "mine");
        write("renamed/5/f5", 5000);
        publish();
        Conflict conflict = following.next(Conflict.class);
        assertThat(Path.of(String.valueOf(conflict.copy())))
                .hasFileName("f5 (version 5 of alice)")
                .hasSameBinaryContentAs(original.resolve("renamed/5/f5"));
        assertThat(followed.resolve("renamed/5/f5")).hasContent("mine");
        Followed state = bob.ask(new SubscriptionWish.ListSubscriptions(null, false), Followed.class)
                .getFirst();
        assertThat(state.state()).isEqualTo("conflict");
        assertThat(state.version()).isEqualTo(5);
        bob.ask(new SubscriptionWish.Resolve(null, NAME, Choice.THEIRS), Report.class);
        assertThat(tree(followed)).isEqualTo(tree(original));
        assertThat(bob.ask(new SubscriptionWish.Restore(null, NAME, 0), SubscriptionReport.Restored.class))
                .hasSize(1);
        bob.ask(new SubscriptionWish.Unsubscribe(null, NAME), SubscriptionReport.Unsubscribed.class);
        assertThat(followed.resolve("large.bin")).exists();
        following.stop();
    }

    @Test
    void aPartIsFollowedAndWhatWasGotIsTakenOver() throws Exception {
        bob.get(NAME, followed);
        Updated none = bob.ask(subscribe(folder.resolve("bobs"), List.of(), false), Updated.class).stream()
                .findFirst()
                .orElse(null);
        assertThat(none).as("it is there").isNull();
        Network.Peer carol = network.peer("carol");
        Path part = folder.resolve("part");
        Network.Job following = carol.begin(subscribe(part, List.of("small/1", "*.bin"), true));
        following.next(Updated.class);
        assertThat(tree(part.resolve("small/1"))).isEqualTo(tree(original.resolve("small/1")));
        assertThat(part.resolve("large.bin")).hasSameBinaryContentAs(original.resolve("large.bin"));
        write("small/1/f8", 4096);
        publish();
        following.next(Updated.class);
        assertThat(part.resolve("small/1/f8")).hasSameBinaryContentAs(original.resolve("small/1/f8"));
        assertThat(part.resolve("small/2")).doesNotExist();
        following.stop();
    }
}
