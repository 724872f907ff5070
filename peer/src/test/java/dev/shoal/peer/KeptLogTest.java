package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptLogTest {

    private static final int MOST = 500;

    @TempDir
    private Path folder;

    private Path file;
    private KeptLog log;

    @BeforeEach
    void open() {
        file = folder.resolve("kept");
        log = log();
    }

    /** Of another process, or after a restart. */
    private KeptLog log() {
        return new KeptLog(file, MOST, "things");
    }

    @Test
    void theLastLineOfAKeyCounts() throws IOException {
        KeptLog other = log();
        log.put("a b c", "first words");
        assertThat(other.find("a b c")).contains("first words");
        other.put("a b c", "second");
        other.put("a b d", "");
        assertThat(log.find("a b c")).contains("second");
        assertThat(log.find("a b d")).contains("");
        log.remove("a b c");
        log.remove("never there");
        assertThat(other.find("a b c")).isEmpty();
        assertThat(log().find("a b d")).contains("");
        assertThat(Files.readAllLines(file)).containsExactly("a b c first words", "a b c second", "a b d ", "- a b c");
    }

    @Test
    void nothingIsForgottenWhenItIsFullAndAChangeIsALine() throws IOException {
        for (int i = 0; i < MOST; i++) {
            log.put("a b " + i, "");
        }
        assertThat(Files.readAllLines(file)).hasSize(MOST);
        assertThatThrownBy(() -> log.put("one more key", "")).hasMessageContaining("There are 500 things");
        assertThat(log.isFull()).isTrue();
        log.put("a b 7", "x");
        log.remove("a b 8");
        log.put("one more key", "");
        KeptLog again = log();
        assertThat(again.find("a b 0")).isPresent();
        assertThat(again.find("a b 7")).contains("x");
        assertThat(again.find("a b 8")).isEmpty();
        assertThat(again.find("one more key")).isPresent();
    }

    @Test
    void whatCountsNoLongerIsLeftOutWhenItIsMost() throws IOException {
        for (int i = 0; i < 150; i++) {
            log.put("a b c", "" + i);
        }
        assertThat(Files.readAllLines(file)).hasSizeLessThan(100).last().isEqualTo("a b c 149");
        assertThat(log().find("a b c")).contains("149");
    }

    @Test
    void peopleMayEditIt() throws IOException {
        log.put("a b c", "1");
        log.put("a b d", "2");
        log.put("a b e", "3");
        Files.write(file, List.of("a b c 1", "a b d changed and longer", "a b e 3"));
        assertThat(log.find("a b d")).contains("changed and longer");
        Files.writeString(file, "a b c 1\na b f 4");
        assertThat(log.find("a b d")).isEmpty();
        assertThat(log.find("a b f")).contains("4");
        log.put("a b g", "5");
        assertThat(Files.readAllLines(file)).containsExactly("a b c 1", "a b f 4", "a b g 5");
    }

    @Test
    void aChangeThatWasBrokenOffTakesNothingElseAway() throws IOException {
        log.put("a b c", "");
        log.put("a b cd", "");
        String whole = Files.readString(file);
        Files.writeString(file, whole + "- a b c");
        assertThat(log.find("a b c")).isPresent();
        log.put("a b e", "");
        assertThat(Files.readString(file)).isEqualTo(whole + "a b e \n");
        Files.writeString(file, whole + "a b f");
        assertThat(log.find("a b f")).isPresent();
        log.remove("a b cd");
        assertThat(Files.readString(file)).isEqualTo(whole + "a b f\n- a b cd\n");
    }
}
