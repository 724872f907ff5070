package dev.shoal.store;

import static dev.shoal.store.FollowedFolder.picture;
import static dev.shoal.store.FollowedFolder.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.PathPatterns;
import dev.shoal.store.EndingDisk.Ability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An update of several files is ended at each of its steps, on each kind of disk: no file is in between, nothing that a
 * person wrote is lost, and the next start completes it.
 */
class SubscribedFolderCrashTest {

    private static final Map<String, String> OLD = Map.of(
            "changed", "old 1",
            "swapped a", "old 2",
            "swapped b", "old 3",
            "moved/x", "old 4",
            "moved/y", "old 5",
            "removed", "old 6",
            "edited", "old 7",
            "file", "old 8");
    private static final Map<String, String> NEW = Map.of(
            "changed", "new 1",
            "swapped a", "old 3",
            "swapped b", "old 2",
            "elsewhere/x", "old 4",
            "elsewhere/y", "old 5",
            "elsewhere/y again", "old 5",
            "edited", "new 7",
            "file/inside", "new 8");

    @TempDir(factory = SubscribedFileCrashTest.Memory.class)
    Path home;

    private final FileHasher hasher = new FileHasher(1);
    private SubscriptionList list;
    private int cases;

    @BeforeEach
    void open() {
        list = SubscriptionList.open(home.resolve("subscriptions.db"));
    }

    @AfterEach
    void close() {
        list.close();
        hasher.close();
    }

    private static void fill(Path folder, Map<String, String> files) {
        FolderTree.deleteQuietly(folder);
        files.forEach((path, text) -> write(folder.resolve(path), text));
    }

    @Test
    void anUpdateThatEndsAtAnyStepIsCompletedByTheNextStart() throws IOException {
        for (Ability ability : Ability.values()) {
            boolean ended = true;
            for (int step = 0; ended; step++) {
                ended = oneCase(ability, step);
            }
        }
        assertThat(cases).isGreaterThan(90);
    }

    /** Returns whether the update was ended by it. */
    private boolean oneCase(Ability ability, int step) throws IOException {
        String where = ability + ", step " + step;
        try (FollowedFolder both = new FollowedFolder(list, home.resolve("case" + cases++), hasher, PathPatterns.ALL)) {
            fill(both.owners, OLD);
            both.deliver();
            write(both.followed.resolve("edited"), "mine");
            write(both.followed.resolve("moved/own"), "own");
            fill(both.owners, NEW);
            HashedFolder next = both.publish();
            both.again(new EndingDisk(ability, step, () -> {}, true));
            boolean ended = false;
            try {
                both.deliver(next);
            } catch (EndingDisk.KilledException e) {
                ended = true;
            }
            Set<String> known = known();
            picture(both.followed)
                    .forEach((path, text) -> assertThat(path.endsWith("/") || known.contains(text))
                            .as(where + ": " + path + " is whole: " + text)
                            .isTrue());
            assertThat(both.followed.resolve("edited")).as(where).hasContent("mine");
            both.again(new EndingDisk(ability));
            both.folder().recover();
            if (both.folder().subscription().seen() < 2) {
                both.deliver(next);
            }
            Map<String, String> expected = picture(both.owners);
            expected.put("edited", "mine");
            expected.put("edited (version 2 of alice)", "new 7");
            expected.put("moved/", "");
            expected.put("moved/own", "own");
            assertThat(picture(both.followed)).as(where).isEqualTo(expected);
            Path history = both.folder().history();
            assertThat(picture(history.resolve("data (version 1)")))
                    .as(where)
                    .containsEntry("removed", "old 6")
                    .containsEntry("changed", "old 1");
            try (var left = Files.list(history)) {
                assertThat(left.map(file -> file.getFileName().toString()))
                        .as(where)
                        .containsExactly("data (version 1)");
            }
            assertThat(both.aside).as(where).isEmpty();
            assertThat(both.folder().restore(0)).isEqualTo(1);
            return ended;
        }
    }

    /** Each step at which an update of a folder can end that was made of some files. */
    private void endedAnywhere(Ability ability, boolean isRemoved, Interrupted what) throws IOException {
        boolean ended = true;
        for (int step = 0; ended; step++) {
            Path at = home.resolve("case" + cases++);
            try (FollowedFolder both = new FollowedFolder(list, at, hasher, PathPatterns.ALL)) {
                fill(both.owners, Map.of("a", "old a", "b", "old b", "gone", "old c"));
                both.deliver();
                HashedFolder first = new FolderHasher(hasher, both.owners).hash(HashProgress.UNSEEN);
                if (isRemoved) {
                    FolderTree.deleteQuietly(both.followed);
                }
                fill(both.owners, Map.of("a", "new a", "b", "old b", "x", "twice", "y", "twice"));
                HashedFolder next = both.publish();
                both.again(new EndingDisk(ability, step, () -> {}, true));
                try {
                    both.deliver(next);
                    ended = false;
                } catch (EndingDisk.KilledException e) {
                    both.again(new EndingDisk(ability));
                    what.after(both, first, next);
                }
            }
        }
        assertThat(cases).isGreaterThan(8);
    }

    /** What happens afterwards. */
    private interface Interrupted {
        void after(FollowedFolder both, HashedFolder first, HashedFolder next) throws IOException;
    }

    private static void recovered(FollowedFolder both, HashedFolder next) {
        both.folder().recover();
        if (both.folder().subscription().seen() < 2) {
            both.deliver(next);
        }
    }

    @Test
    void aFolderThatWasRemovedComesWholeThoughItsUpdateWasInterrupted() throws IOException {
        endedAnywhere(Ability.EXCHANGE, true, (both, first, next) -> {
            recovered(both, next);
            assertThat(picture(both.followed)).isEqualTo(picture(both.owners));
        });
    }

    @Test
    void noFileHasTwoNamesAfterwards() throws IOException {
        endedAnywhere(Ability.LINK, false, (both, first, next) -> {
            recovered(both, next);
            assertThat(picture(both.followed)).isEqualTo(picture(both.owners));
            assertThat(Files.isSameFile(both.followed.resolve("x"), both.followed.resolve("y")))
                    .isFalse();
        });
    }

    @Test
    void anUpdateThatIsGivenUpLeavesNothingThatSeemsDeletedByHand() throws IOException {
        endedAnywhere(Ability.EXCHANGE, false, (both, first, next) -> {
            boolean isBegun = list.arrival(both.folder().subscription()).isPresent();
            FolderTree.deleteQuietly(both.folder().history());
            Files.createDirectory(both.folder().history());
            both.folder().recover();
            assertThat(both.folder().isThere(first.id())).isEqualTo(!isBegun);
            fill(both.owners, Map.of("a", "old a", "b", "old b", "gone", "old c"));
            both.deliver(both.publish());
            assertThat(picture(both.followed)).isEqualTo(picture(both.owners));
        });
    }

    @Test
    void withoutItsDiskAnInterruptedUpdateWaits() throws IOException {
        endedAnywhere(Ability.EXCHANGE, false, (both, first, next) -> {
            if (list.arrival(both.folder().subscription()).isEmpty()) {
                return;
            }
            Path away = both.place.resolveSibling("away");
            Files.move(both.place, away);
            assertThatThrownBy(() -> both.folder().recover())
                    .isInstanceOf(FileAccessException.class)
                    .hasMessageContaining("mounted");
            Files.move(away, both.place);
            recovered(both, next);
            assertThat(picture(both.followed)).isEqualTo(picture(both.owners));
        });
    }

    @Test
    void whoWantsNoMoreOfItNeedsNotHaveItsDisk() throws IOException {
        endedAnywhere(Ability.EXCHANGE, false, (both, first, next) -> {
            Path away = both.place.resolveSibling("away");
            Files.move(both.place, away);
            Map<String, String> before = picture(away);
            both.folder().end();
            assertThat(list.all()).doesNotContain(both.folder().subscription());
            assertThat(picture(away)).isEqualTo(before);
        });
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>(OLD.values());
        known.addAll(NEW.values());
        known.addAll(Set.of("mine", "own"));
        return known;
    }
}
