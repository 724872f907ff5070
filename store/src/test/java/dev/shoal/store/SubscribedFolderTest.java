package dev.shoal.store;

import static dev.shoal.store.FollowedFolder.picture;
import static dev.shoal.store.FollowedFolder.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.PathPatterns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that is followed: versions come, and nothing of a person's is lost. */
class SubscribedFolderTest {

    private static final int SEEDS = Integer.getInteger("shoal.folderSeeds", 6);
    private static final int ROUNDS = 8;

    @TempDir(factory = SubscribedFileCrashTest.Memory.class)
    Path home;

    private final FileHasher hasher = new FileHasher(1);
    private SubscriptionList list;
    private FollowedFolder one;
    private Path owners;
    private Path followed;

    @BeforeEach
    void begin() throws IOException {
        list = SubscriptionList.open(home.resolve("subscriptions.db"));
        one = new FollowedFolder(list, home.resolve("one"), hasher, PathPatterns.ALL);
        owners = one.owners;
        followed = one.followed;
        write(owners.resolve("a/one"), "one");
        write(owners.resolve("a/two"), "two");
        write(owners.resolve("a/same as one"), "one");
        write(owners.resolve("large"), "large ".repeat(200_000));
        write(owners.resolve("run"), "run");
        Files.setPosixFilePermissions(owners.resolve("run"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(owners.resolve("empty/folder"));
        write(owners.resolve("no bytes"), "");
        Files.createSymbolicLink(owners.resolve("link"), Path.of("a/one"));
        one.deliver();
    }

    @AfterEach
    void close() {
        one.close();
        list.close();
        hasher.close();
    }

    private Path history(String name) {
        return one.place.resolve(".shoal-history").resolve(name);
    }

    @Test
    void aVersionComesAsItIsAndTheNextBringsOnlyWhatIsNew() throws IOException {
        assertThat(picture(followed)).isEqualTo(picture(owners));
        assertThat(one.folder().there().orElseThrow().present().isFull()).isTrue();
        Files.move(owners.resolve("a"), owners.resolve("b"));
        Files.copy(owners.resolve("large"), owners.resolve("large again"));
        Files.setPosixFilePermissions(owners.resolve("run"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.delete(owners.resolve("link"));
        Files.delete(owners.resolve("empty/folder"));
        write(owners.resolve("b/three"), "three");
        one.deliver();
        assertThat(picture(followed)).isEqualTo(picture(owners));
        // The list is in the first chunk; the new file is there as well, or in another small one.
        assertThat(one.cameBytes()).isLessThanOrEqualTo(2L * 64 * 1024);
        assertThat(one.folder().there().orElseThrow().isCurrent()).isTrue();
        assertThat(picture(history("data (version 1)"))).containsKey(".shoal-version");
        assertThat(history("")).isDirectoryNotContaining(file -> file.toString().contains(".shoal-p"));
    }

    @Test
    void whatWasReplacedIsKeptAndComesBack() throws IOException {
        Map<String, String> first = picture(owners);
        write(owners.resolve("a/two"), "two, changed");
        Files.delete(owners.resolve("run"));
        Files.move(owners.resolve("large"), owners.resolve("moved"));
        one.deliver();
        assertThat(picture(history("data (version 1)")))
                .containsEntry("a/two", "two")
                .containsEntry("run", "!run");
        Map<String, String> second = picture(owners);
        assertThat(one.folder().restore(0)).isEqualTo(1);
        assertThat(picture(followed)).isEqualTo(first);
        assertThat(one.folder().subscription().seen()).isEqualTo(2);
        assertThat(one.folder().restore(2)).isEqualTo(2);
        assertThat(picture(followed)).isEqualTo(second);
        write(owners.resolve("more"), "more");
        one.deliver();
        write(owners.resolve("more"), "still more");
        one.deliver();
        assertThat(picture(followed)).isEqualTo(picture(owners));
        assertThat(history("data (version 2)")).as("one is kept").doesNotExist();
        assertThat(picture(history("data (version 3)"))).containsEntry("more", "more");
        assertThatThrownBy(() -> one.folder().restore(7)).hasMessageContaining("no replaced version 7");
    }

    @Test
    void whatIsEditedStaysAndTheVersionIsBesideIt() throws IOException {
        write(followed.resolve("a/one"), "mine");
        write(followed.resolve("a/two"), "mine too");
        write(followed.resolve("a/own"), "own");
        Files.delete(followed.resolve("run"));
        write(owners.resolve("a/one"), "one, 2");
        Files.delete(owners.resolve("a/two"));
        SubscribedFolder.Placed placed = one.deliver();
        assertThat(placed.conflicts())
                .containsExactly(new SubscribedFolder.Conflict(
                        followed.resolve("a/one"), followed.resolve("a/one (version 2 of alice)")));
        assertThat(picture(followed.resolve("a")))
                .isEqualTo(Map.of(
                        "one", "mine",
                        "one (version 2 of alice)", "one, 2",
                        "two", "mine too",
                        "own", "own",
                        "same as one", "one"));
        assertThat(followed.resolve("run")).as("what was deleted stays so").doesNotExist();
        for (int version = 3; version <= 5; version++) {
            write(owners.resolve("a/one"), "one, " + version);
            one.deliver();
        }
        assertThat(picture(followed.resolve("a")))
                .as("two stand beside it at most")
                .containsOnlyKeys(
                        "one", "one (version 4 of alice)", "one (version 5 of alice)", "two", "own", "same as one");
    }

    @Test
    void aPersonDecidesAboutWhatHeEdited() throws IOException {
        assertThat(one.folder().resolve(SubscribedFile.Choice.THEIRS, 1)).isFalse();
        write(followed.resolve("a/one"), "mine");
        HashedFolder second = changed("a/one", "one, 2");
        one.deliver(second);
        assertThat(one.folder().resolve(SubscribedFile.Choice.MINE, 2)).isTrue();
        assertThat(followed.resolve("a/one (version 2 of alice)")).doesNotExist();
        assertThat(followed.resolve("a/one")).hasContent("mine");
        assertThat(one.folder().resolve(SubscribedFile.Choice.THEIRS, 2)).isTrue();
        one.deliver(second);
        assertThat(followed.resolve("a/one")).hasContent("one, 2");
        assertThat(history("data (edited here)/a/one")).hasContent("mine");

        write(followed.resolve("a/one"), "mine again");
        assertThat(one.folder().resolve(SubscribedFile.Choice.BOTH, 2)).isTrue();
        one.deliver(second);
        assertThat(followed.resolve("a/one")).hasContent("one, 2");
        assertThat(followed.resolve("a/one (edited here)")).hasContent("mine again");
    }

    private HashedFolder changed(String path, String text) {
        write(owners.resolve(path), text);
        return one.publish();
    }

    @Test
    void filesAndFoldersTakeEachOthersPlaces() throws IOException {
        Files.delete(owners.resolve("no bytes"));
        write(owners.resolve("no bytes/x"), "x");
        write(followed.resolve("a/own"), "own");
        for (String gone : List.of("a/one", "a/two", "a/same as one", "link", "a")) {
            Files.delete(owners.resolve(gone));
        }
        write(owners.resolve("a"), "a file now");
        Files.createSymbolicLink(owners.resolve("link"), Path.of("run"));
        SubscribedFolder.Placed placed = one.deliver();
        assertThat(placed.conflicts()).hasSize(1);
        Map<String, String> expected = picture(owners);
        expected.remove("a");
        expected.putAll(Map.of("a/", "", "a/own", "own", "a (version 2 of alice)", "a file now"));
        assertThat(picture(followed)).isEqualTo(expected);
        Path elsewhere = Files.createDirectory(one.place.resolve("elsewhere"));
        Files.delete(followed.resolve("a/own"));
        Files.delete(followed.resolve("a"));
        Files.createSymbolicLink(followed.resolve("a"), elsewhere);
        Files.delete(owners.resolve("a"));
        write(owners.resolve("a/deep"), "deep");
        one.deliver();
        assertThat(elsewhere).as("nothing is written through a link").isEmptyDirectory();
        assertThat(followed.resolve("a (version 3 of alice)/deep")).hasContent("deep");
        for (int version = 4; version <= 5; version++) {
            write(owners.resolve("a/deep"), "deep, " + version);
            one.deliver();
        }
        assertThat(followed.resolve("a (version 3 of alice)"))
                .as("two stand beside it at most, and no empty folder")
                .doesNotExist();
        assertThat(followed.resolve("a (version 4 of alice)/deep")).hasContent("deep, 4");
        assertThat(followed.resolve("a (version 5 of alice)/deep")).hasContent("deep, 5");
    }

    @Test
    void whatIsWantedOfItIsKeptWithTheSubscription() throws IOException {
        try (FollowedFolder part = new FollowedFolder(
                list, home.resolve("part"), hasher, new PathPatterns(List.of("a", "*.txt"), List.of("two")))) {
            write(part.owners.resolve("a/one"), "one");
            write(part.owners.resolve("a/two"), "two");
            write(part.owners.resolve("b/x.txt"), "x");
            write(part.owners.resolve("b/y"), "y");
            part.deliver();
            assertThat(picture(part.followed)).containsOnlyKeys("a/", "a/one", "b/", "b/x.txt");
            part.again(PlacingDisk.REAL);
            write(part.owners.resolve("a/one"), "one, 2");
            write(part.owners.resolve("b/y"), "y, 2");
            part.deliver();
            assertThat(picture(part.followed)).containsEntry("a/one", "one, 2").doesNotContainKey("b/y");
            part.folder().want(new PathPatterns(List.of("b"), List.of()));
            part.deliver();
            assertThat(picture(part.followed)).containsOnlyKeys("b/", "b/x.txt", "b/y");
        }
    }

    @Test
    void whatIsThereIsTakenOverAndAFolderThatIsGoneComesWhole() throws IOException {
        HashedFolder there = new FolderHasher(hasher, followed).hash(HashProgress.UNSEEN);
        one.folder().adopt(1, there);
        write(owners.resolve("a/one"), "one, 2");
        assertThat(one.deliver().conflicts()).isEmpty();
        assertThat(picture(followed)).isEqualTo(picture(owners));
        FolderTree.deleteQuietly(followed);
        write(owners.resolve("a/one"), "one, 3");
        one.deliver();
        assertThat(picture(followed)).isEqualTo(picture(owners));
        Path own = one.place.resolve("own");
        Files.move(followed, own);
        Files.createSymbolicLink(followed, own);
        assertThatThrownBy(one::deliver).hasMessageContaining("no folder any more");
    }

    @Test
    void whateverChangesOnBothSidesNothingIsLostAndTheRestIsTheNewVersion() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            try (FollowedFolder random =
                    new FollowedFolder(list, home.resolve("seed" + seed), hasher, PathPatterns.ALL)) {
                new Rounds(random, seed).run();
            }
        }
    }

    /** Rounds of changes on both sides. */
    private static final class Rounds {
        private final FollowedFolder both;
        private final int seed;
        private final SplittableRandom random;
        private final Map<String, String> edited = new HashMap<>();
        private final TreeSet<String> deleted = new TreeSet<>();
        private Map<String, String> before = Map.of();

        Rounds(FollowedFolder both, int seed) {
            this.both = both;
            this.seed = seed;
            this.random = new SplittableRandom(seed);
        }

        private String path() {
            String folder = random.nextInt(3) == 0 ? "" : "d" + random.nextInt(3) + "/";
            return folder + (random.nextInt(4) == 0 ? "e" + random.nextInt(2) + "/" : "") + "f" + random.nextInt(5);
        }

        void run() throws IOException {
            for (int round = 0; round < ROUNDS; round++) {
                for (int change = random.nextInt(8); change >= 0; change--) {
                    changeOwners();
                }
                for (int change = random.nextInt(3); change > 0 && round > 0; change--) {
                    changeMine(round + "/" + change);
                }
                both.deliver();
                check("seed " + seed + ", round " + round);
            }
        }

        private void changeOwners() throws IOException {
            Path file = both.owners.resolve(path());
            switch (random.nextInt(6)) {
                case 0 -> Files.deleteIfExists(file);
                case 1 -> {
                    Path other = both.owners.resolve(path());
                    if (Files.exists(other) && !other.equals(file)) {
                        Files.createDirectories(file.getParent());
                        Files.deleteIfExists(file);
                        Files.move(other, file);
                    }
                }
                // Few contents, so that the same ones are at several places and come again.
                default -> write(file, "content " + random.nextInt(6));
            }
        }

        private void changeMine(String what) throws IOException {
            String path = path();
            Path file = both.followed.resolve(path);
            if (random.nextInt(4) == 0) {
                write(both.followed.resolve(path + ".own"), "own " + what);
                edited.put(path + ".own", "own " + what);
            } else if (Files.exists(file) && !edited.containsKey(path)) {
                if (random.nextBoolean()) {
                    write(file, "edit " + what);
                    edited.put(path, "edit " + what);
                } else {
                    Files.delete(file);
                    deleted.add(path);
                }
            }
        }

        private void check(String where) {
            Map<String, String> now = picture(both.owners);
            Map<String, String> mine = picture(both.followed);
            edited.forEach((path, text) -> assertThat(mine).as(where).containsEntry(path, text));
            Map<String, String> last = before;
            now.forEach((path, text) -> {
                if (path.endsWith("/") || edited.containsKey(path)) {
                    return;
                }
                if (deleted.contains(path) && text.equals(last.get(path))) {
                    assertThat(mine).as(where).doesNotContainKey(path);
                } else {
                    deleted.remove(path);
                    assertThat(mine).as(where).containsEntry(path, text);
                }
            });
            deleted.removeIf(path -> !now.containsKey(path));
            mine.keySet().stream()
                    .filter(path -> !path.endsWith("/") && !path.contains(" (version "))
                    .forEach(path -> assertThat(now.containsKey(path) || edited.containsKey(path))
                            .as(where + ": " + path + " is of somebody")
                            .isTrue());
            before = now;
        }
    }

    @Test
    void restoringTakesNoOtherVersionAway() {
        one.folder().under(new Subscription.Terms(2, 2, null));
        write(owners.resolve("a/two"), "two, 2");
        one.deliver();
        write(owners.resolve("a/two"), "two, 3");
        one.deliver();
        assertThat(one.folder().restore(0)).isEqualTo(2);
        assertThat(history("data (version 1)")).exists();
        assertThat(one.folder().restore(1)).isEqualTo(1);
    }
}
