package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of tasks, as others look at it meanwhile. */
class TaskTableTest {

    private static final int CHANGES = 500;

    @TempDir
    Path folder;

    @Test
    void aTaskThatChangesIsThereAllTheTime() throws Exception {
        try (TaskTable table = new TaskTable(new KeptTasks(folder.resolve("tasks"), PeerEvents.NONE))) {
            Task task = table.add(
                    new Request.Share(null, List.of("/a/thesis.pdf"), "thesis", "", null, Readers.all(), false));
            table.keep(task, task.kept());
            String key = task.kept().key();
            Thread changes = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < CHANGES; i++) {
                    table.change(task, kept -> kept.paused(false));
                }
            });
            int missed = 0;
            while (changes.isAlive()) {
                missed += table.find(key).isPresent() ? 0 : 1;
            }
            changes.join();
            assertThat(missed).isZero();
            table.change(task, kept -> kept.at(null, "another index"));
            assertThat(table.find(key)).isEmpty();
            assertThat(table.find(task.kept().key())).contains(task);
        }
    }
}
