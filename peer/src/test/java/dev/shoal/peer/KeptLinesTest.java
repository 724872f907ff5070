package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
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
        lines.remove("a ");
        assertThat(lines.find("a ")).isEmpty();
        assertThat(lines.file()).hasContent("c 1\nd 1\n");
    }

    @Test
    void aLineThatSomebodyEditedIsFoundAsItIsNow() throws IOException {
        Path file = Files.writeString(folder.resolve("lines"), "a  one two \n\nb three");
        KeptLines lines = new KeptLines(file, 3, "known things");
        assertThat(lines.find("a ")).contains("one two");
        assertThat(lines.find("b ")).contains("three");
        assertThat(lines.find("three")).isEmpty();
    }
}
