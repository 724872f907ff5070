package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class KeptLinesTest {

    @TempDir
    Path folder;

    @Test
    void beyondTheLimitTheLinesThatChangedLongestAgoGo() {
        KeptLines lines = new KeptLines(folder.resolve("lines"), 3, "known things");
        lines.replace("a ", "1");
        lines.replace("b ", "1");
        lines.replace("c ", "1");
        lines.replace("a ", "2");
        assertThat(lines.find("b ")).contains("1");
        lines.replace("d ", "1");
        assertThat(lines.find("b ")).isEmpty();
        assertThat(lines.find("a ")).contains("2");
        assertThat(lines.remove(line -> line.startsWith("a "))).isTrue();
        assertThat(lines.remove(line -> line.startsWith("a "))).isFalse();
        assertThat(lines.find("a ")).isEmpty();
        assertThat(folder.resolve("lines")).hasContent("c 1\nd 1\n");
    }

    @Test
    void aLineThatSomebodyEditedIsFoundAsItIsNow() throws IOException {
        Path file = Files.writeString(folder.resolve("lines"), "a  one two \n\nb three");
        KeptLines lines = new KeptLines(file, 3, "known things");
        assertThat(lines.find("a ")).contains("one two");
        assertThat(lines.find("b ")).contains("three");
        assertThat(lines.find("three")).isEmpty();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void nobodyElseReadsThem() throws IOException {
        for (String name : List.of("made", "there")) {
            Path file = folder.resolve(name);
            if (name.equals("there")) {
                Files.writeString(file, "a 1\n");
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
            }
            new KeptLines(file, 3, "known things").replace("b ", "1");
            new KeptLines(file, 3, "known things").replace("c ", "1");
            for (Path written : List.of(file, folder.resolve(name + ".lock"))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(written)))
                        .as(written.toString())
                        .isEqualTo("rw-------");
            }
        }
        assertThat(folder.resolve("there")).hasContent("a 1\nb 1\nc 1\n");
    }

    @Test
    void whatSomebodyElseWroteSinceIsSeen() throws IOException {
        Path file = folder.resolve("lines");
        KeptLines one = new KeptLines(file, 3, "known things");
        KeptLines other = new KeptLines(file, 3, "known things");
        one.replace("a ", "1");
        assertThat(other.find("a ")).contains("1");
        one.replace("a ", "12");
        assertThat(other.find("a ")).contains("12");
        Files.writeString(file, "a 123\n");
        assertThat(one.find("a ")).contains("123");
        Files.delete(file);
        assertThat(one.find("a ")).isEmpty();
        assertThat(one.remove(line -> true)).isFalse();
    }
}
