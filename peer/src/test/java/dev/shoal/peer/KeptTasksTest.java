package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a home remembers of its tasks. */
class KeptTasksTest {

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();

    private Path file() {
        return folder.resolve("tasks");
    }

    private KeptTasks tasks() {
        return new KeptTasks(file(), (level, text) -> warnings.add(text));
    }

    private static KeptTask task(long id, String name) {
        Request.Share share = new Request.Share(null, List.of("/a"), name, "", null, Readers.of(List.of("ben")));
        KeptTask.Serves serves = new KeptTask.Serves(name, "/a", "content", "audience", 5, 6, "7", -1, "shoal://x");
        return new KeptTask(id, "h:1", "key", share, serves, false, false, 9);
    }

    private List<KeptTask> read() {
        try (KeptTasks tasks = tasks()) {
            return tasks.open();
        }
    }

    @Test
    void theLastLineOfANumberCountsUntilItEnds() {
        KeptTask download = new KeptTask(
                        3, null, "", new Request.Get(null, "x/y", "/z", false, false), null, true, true, 1)
                .seeded(new KeptTask.Seeded(5, 1L << 40, "enough"));
        try (KeptTasks tasks = tasks()) {
            assertThat(tasks.open()).isEmpty();
            tasks.put(task(1, "a/one"));
            tasks.put(task(2, "a/two"));
            tasks.put(download);
            tasks.put(task(1, "a/uno"));
            tasks.remove(2);
            tasks.remove(77);
        }
        assertThat(read()).containsExactly(task(1, "a/uno"), download);
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatWasSentIsWrittenDownAndNoOtherBegin() {
        KeptTask coming =
                new KeptTask(3, null, "", new Request.Get(null, "x/y", "/z", false, false), null, false, false, 7);
        assertThat(coming.sent(10).seeded()).isEqualTo(new KeptTask.Seeded(KeptTask.Seeded.NOT_HERE, 10, null));
        KeptTask here = coming.sent(10)
                .serving(task(1, "x/y").serves(), false)
                .seeded(coming.sent(10).seededOr(99));
        assertThat(here.sent(20).seeded()).isEqualTo(new KeptTask.Seeded(99, 20, null));
        KeptTask fromEarlierVersion = coming.serving(task(1, "x/y").serves(), false);
        assertThat(fromEarlierVersion.sent(20).seeded()).isEqualTo(new KeptTask.Seeded(7, 20, null));
    }

    @Test
    void whatAnEarlierVersionWroteIsNotPaused() throws Exception {
        try (KeptTasks tasks = tasks()) {
            tasks.open();
            tasks.put(task(1, "a/one"));
        }
        String line = Files.readString(file());
        assertThat(line).contains(",\"paused\":false");
        Files.writeString(file(), line.replace(",\"paused\":false", ""));
        assertThat(read()).containsExactly(task(1, "a/one"));
        assertThat(warnings).isEmpty();
    }

    @Test
    void aLineThatAPowerCutLeftInPartIsLeftOutAndEndsThere() throws Exception {
        try (KeptTasks tasks = tasks()) {
            tasks.open();
            tasks.put(task(1, "a/one"));
        }
        Files.writeString(file(), "{\"id\":2,\"wor", StandardOpenOption.APPEND);
        // The first half of an umlaut.
        Files.write(file(), new byte[] {(byte) 0xc3}, StandardOpenOption.APPEND);
        byte[] broken = Files.readAllBytes(file());
        try (KeptTasks tasks = tasks()) {
            assertThat(tasks.open()).containsExactly(task(1, "a/one"));
            tasks.put(task(3, "a/three"));
        }
        assertThat(warnings).singleElement().asString().contains("A line of", "cannot be read", "tasks.broken");
        assertThat(folder.resolve("tasks.broken")).hasBinaryContent(broken);
        assertThat(read()).containsExactly(task(1, "a/one"), task(3, "a/three"));
    }

    @Test
    void aLineThatSaysNothingIsLeftOut() throws Exception {
        Files.writeString(file(), "null\n");
        try (KeptTasks tasks = tasks()) {
            assertThat(tasks.open()).isEmpty();
            tasks.put(task(1, "a/one"));
        }
        assertThat(warnings).singleElement().asString().contains("A line of");
        assertThat(read()).containsExactly(task(1, "a/one"));
    }

    @Test
    void whatCountsNoLongerIsLeftOutWhenItIsMoreThanTheRest() throws Exception {
        try (KeptTasks tasks = tasks()) {
            tasks.open();
            for (int i = 0; i < 2_500; i++) {
                tasks.put(task(1 + i % 2, "a/" + i));
            }
            assertThat(Files.readAllLines(file()).stream().filter(line -> !line.isBlank()))
                    .hasSizeLessThan(1_010);
        }
        assertThat(read()).containsExactlyInAnyOrder(task(1, "a/2498"), task(2, "a/2499"));
    }
}
