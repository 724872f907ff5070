package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.Hash;
import dev.shoal.store.FolderPlan.Adopt;
import dev.shoal.store.FolderPlan.Beside;
import dev.shoal.store.FolderPlan.Put;
import dev.shoal.store.FolderPlan.Remove;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is to be done with a folder: what was there, what is to be there, what is on the disk. */
class FolderPlanTest {

    private static final AtPath MISSING = new AtPath.Missing();
    private static final AtPath FOLDER = new AtPath.AFolder();

    private final Map<String, FolderState.Owned> owned = new TreeMap<>();
    private final Map<String, AtPath> disk = new HashMap<>();

    private static ContentId content(int number) {
        return new ContentId(new Hash(number, 0, 0, 0), 10);
    }

    private static FolderEntry.File file(String path, int content) {
        return new FolderEntry.File(path, content(content), false);
    }

    private static AtPath.AFile here(int content) {
        return new AtPath.AFile(new FileStamp(10, content, ""), content(content));
    }

    /** Was put there, and this is there now. */
    private void had(FolderEntry entry, AtPath here) {
        owned.put(entry.path(), new FolderState.Owned(entry, null));
        disk.put(entry.path(), here);
    }

    private FolderPlan plan(boolean all, FolderEntry... next) {
        return FolderPlan.of(owned, List.of(next), path -> disk.getOrDefault(path, MISSING), all);
    }

    @Test
    void whatNobodyEditedIsReplacedAndRemoved() {
        had(file("a", 1), here(1));
        had(file("b", 2), here(2));
        had(file("c", 3), here(3));
        FolderPlan plan = plan(false, file("a", 1), file("b", 20), file("d", 4));
        assertThat(plan.steps())
                .containsExactly(
                        new Remove("c", file("c", 3), here(3)),
                        new Put(file("b", 20), here(2), false),
                        new Put(file("d", 4), MISSING, false));
        assertThat(plan.kept()).containsOnlyKeys("a");
        assertThat(plan.needed(3)).isEqualTo(Map.of(content(20), 1, content(4), 1));
    }

    @Test
    void whatWasEditedIsNeitherReplacedNorRemoved() {
        had(file("changed", 1), here(91));
        had(file("gone", 2), here(92));
        had(file("same", 3), here(93));
        disk.put("mine", here(94));
        FolderPlan plan = plan(false, file("changed", 10), file("same", 3), file("mine", 4));
        assertThat(plan.steps())
                .containsExactly(new Beside(file("changed", 10), here(91)), new Beside(file("mine", 4), here(94)));
        assertThat(plan.needed(0)).as("no copies are wanted").isEmpty();
        assertThat(plan.hasEdits()).isTrue();
    }

    @Test
    void whatWasDeletedComesBackOnlyWhenItChanges() {
        had(file("same", 1), MISSING);
        had(file("changed", 2), MISSING);
        had(file("gone", 3), MISSING);
        assertThat(plan(false, file("same", 1), file("changed", 20)).steps())
                .containsExactly(new Put(file("changed", 20), MISSING, false));
    }

    @Test
    void whatIsThereAlreadyIsOnlyWrittenDown() {
        had(file("a", 1), here(2));
        disk.put("b", here(3));
        FolderEntry program = new FolderEntry.File("c", content(4), true);
        had(file("c", 4), here(4));
        assertThat(plan(false, file("a", 2), file("b", 3), program).steps())
                .containsExactly(
                        new Adopt(file("a", 2), here(2)),
                        new Adopt(file("b", 3), here(3)),
                        new Adopt(program, here(4)));
    }

    @Test
    void aFileThatBecomesAFolderMakesRoomUnlessItWasEdited() {
        had(file("a", 1), here(1));
        disk.put("a/b", new AtPath.Blocked("a"));
        assertThat(plan(false, file("a/b", 2)).steps())
                .containsExactly(new Remove("a", file("a", 1), here(1)), new Put(file("a/b", 2), MISSING, false));
        disk.put("a", here(9));
        assertThat(plan(false, file("a/b", 2)).steps())
                .containsExactly(new Beside(file("a/b", 2), new AtPath.Blocked("a")));
    }

    @Test
    void aFileIsNotTakenForAnotherOnADiskThatTellsNoCaseApart() {
        had(file("A", 1), here(1));
        disk.put("a", here(1));
        assertThat(plan(false, file("a", 1)).steps())
                .containsExactly(new Remove("A", file("A", 1), here(1)), new Put(file("a", 1), MISSING, false));
        AtPath other = new AtPath.AFile(new FileStamp(10, 77, ""), content(1));
        disk.put("a", other);
        assertThat(plan(false, file("a", 1)).steps())
                .containsExactly(new Remove("A", file("A", 1), here(1)), new Adopt(file("a", 1), other));
    }

    @Test
    void linksAndEmptyFoldersAreTreatedAlike() {
        FolderEntry.Link link = new FolderEntry.Link("l", "a");
        FolderEntry.Link other = new FolderEntry.Link("l", "b");
        had(link, new AtPath.ALink("a"));
        had(new FolderEntry.EmptyFolder("e"), FOLDER);
        assertThat(plan(false, other, file("e", 1)).steps())
                .containsExactly(new Put(other, new AtPath.ALink("a"), false), new Put(file("e", 1), FOLDER, false));
        disk.put("l", new AtPath.ALink("elsewhere"));
        assertThat(plan(false, other).steps())
                .contains(new Beside(other, new AtPath.ALink("elsewhere")))
                .contains(new Remove("e", new FolderEntry.EmptyFolder("e"), FOLDER));
    }

    @Test
    void whoWantsTheVersionGetsAllOfIt() {
        had(file("edited", 1), here(9));
        had(file("deleted", 2), MISSING);
        had(file("same", 3), here(3));
        assertThat(plan(true, file("edited", 1), file("deleted", 2), file("same", 3))
                        .steps())
                .containsExactlyInAnyOrder(
                        new Put(file("edited", 1), here(9), true),
                        new Put(file("deleted", 2), MISSING, false),
                        new Adopt(file("same", 3), here(3)));
    }
}
