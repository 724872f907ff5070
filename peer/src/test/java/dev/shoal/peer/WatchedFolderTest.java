package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.store.FolderLook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder looks like that is watched, and of which folders the system is asked to tell. */
class WatchedFolderTest {

    @TempDir
    Path place;

    @Test
    void aChangeAnywhereInItShowsAndWhatWasPublishedDoesNot() throws IOException {
        Path folder = place.resolve("all");
        Files.createDirectories(folder.resolve("deep"));
        WatchedFolder watched = new WatchedFolder(folder);
        Files.writeString(folder.resolve("deep/one"), "one");
        Files.createFile(folder.resolve("deep/empty"));
        Watched.Look first = watched.look().orElseThrow();
        assertThat(watched.look()).contains(first);
        assertThat(watched.folders()).containsExactlyInAnyOrder(folder, folder.resolve("deep"));
        Watched.Look published = watched.published(FolderLook.of(folder));
        assertThat(watched.look()).contains(published);

        Files.writeString(folder.resolve("deep/one"), "");
        Watched.Look emptied = watched.look().orElseThrow();
        assertThat(emptied).isNotEqualTo(published);
        assertThat(emptied.isEmpty()).as("somebody is about to write it").isTrue();
        Files.writeString(folder.resolve("deep/one"), "two");
        assertThat(watched.look().orElseThrow().isEmpty()).isFalse();
        assertThat(watched.isOpen()).isFalse();
    }

    @Test
    void whatIsGoneIsWaitedForWhereItWas() throws IOException {
        WatchedFolder watched = new WatchedFolder(place.resolve("all"));
        assertThat(watched.look()).isEmpty();
        assertThat(watched.folders()).containsExactly(place);
        Files.createDirectory(place.resolve("all"));
        assertThat(watched.look()).isPresent();
        assertThat(watched.folders()).containsExactly(place.resolve("all"));
    }

    @Test
    void theSystemIsAskedForAsManyFoldersAsThereMayBe() throws IOException {
        for (int i = 0; i < 5; i++) {
            Files.createDirectory(place.resolve("f" + i));
        }
        WatchedFolder watched = new WatchedFolder(place, 6);
        watched.look();
        assertThat(watched.isTooLarge()).isFalse();
        Files.createDirectory(place.resolve("f5"));
        watched.look();
        assertThat(watched.isTooLarge()).isTrue();
        assertThat(watched.folders()).hasSize(6);
    }

    @Test
    void whatCannotBeSharedIsForWhoeverPublishesItToSay() throws IOException {
        Path folder = Files.createDirectory(place.resolve("all"));
        WatchedFolder watched = new WatchedFolder(folder);
        Path deep = folder;
        for (int i = 0; i < 260; i++) {
            deep = deep.resolve("d");
        }
        Files.createDirectories(deep);
        assertThat(watched.look()).isPresent().isEqualTo(watched.look());
    }
}
