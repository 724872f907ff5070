package dev.shoal.store;

import static dev.shoal.store.FollowedFolder.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in a followed folder by the time that something is put there or taken away is never lost. */
class FolderPlacingTest {

    @TempDir
    Path home;

    private final FileHasher hasher = new FileHasher(1);
    private final List<Path> aside = new ArrayList<>();

    @AfterEach
    void close() {
        hasher.close();
    }

    private Path root() {
        return home.resolve("data");
    }

    private FolderPool pool(PlacingDisk disk) {
        return new FolderPool(home.resolve("pool"), disk, hasher);
    }

    private FolderPlacing placing(PlacingDisk disk) throws IOException {
        Files.createDirectories(root());
        return new FolderPlacing(root(), disk, pool(disk), null, home.resolve("edits"), false, aside::add);
    }

    private static FolderEntry.File entry(String path) {
        return new FolderEntry.File(path, new ContentId(new Hash(1, 2, 3, 4), 5), false);
    }

    @Test
    void aFileWhereAFolderWasIsNotDeletedForIt() throws IOException {
        FolderPlacing placing = placing(PlacingDisk.REAL);
        write(root().resolve("x"), "mine");
        FolderPlan.Put step = new FolderPlan.Put(entry("x"), new AtPath.AFolder(), false);
        assertThatThrownBy(() -> placing.put(step, 0)).isInstanceOf(FileChangedException.class);
        assertThat(root().resolve("x")).hasContent("mine");
    }

    @Test
    void nothingIsPutThroughALinkThatTookTheNameOfAFolder() throws IOException {
        FolderPlacing placing = placing(PlacingDisk.REAL);
        Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
        Files.createSymbolicLink(root().resolve("a"), elsewhere);
        FolderPlan.Put step = new FolderPlan.Put(entry("a/x"), new AtPath.Missing(), false);
        assertThatThrownBy(() -> placing.put(step, 0)).isInstanceOf(FileChangedException.class);
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void whatIsTakenAwayGetsTheNameOfItsContentOnlyWhenItHasThat() throws IOException {
        write(root().resolve("x"), "mine now");
        FolderPlan.Remove step = new FolderPlan.Remove(
                "x",
                entry("x"),
                new AtPath.AFile(new FileStamp(5, 1, ""), entry("x").content()));
        PlacingDisk ending = new EndingDisk(EndingDisk.Ability.EXCHANGE, 1, () -> {}, true);
        FolderPlacing placing = placing(ending);
        assertThatThrownBy(() -> placing.remove(step, true)).isInstanceOf(EndingDisk.KilledException.class);
        assertThat(home.resolve("pool").resolve(FolderPlacing.REMOVED)).hasContent("mine now");
        assertThat(pool(PlacingDisk.REAL).place(entry("x").content())).doesNotExist();
    }

    @Test
    void aLinkIsWhatItWasHoweverItsLettersAreWritten() throws IOException {
        FolderPlacing placing = placing(PlacingDisk.REAL);
        Files.createSymbolicLink(root().resolve("l"), Path.of("e\u0301"));
        placing.remove(
                new FolderPlan.Remove("l", new FolderEntry.Link("l", "\u00e9"), new AtPath.ALink("\u00e9")), false);
        assertThat(root()).isEmptyDirectory();
        assertThat(aside).isEmpty();
    }
}
