package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
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
        return new KeptLog(file, kind("and no more are kept.", value -> true));
    }

    private static KeptLog.Kind kind(@Nullable String full, Predicate<String> value) {
        return new KeptLog.Kind(3, MOST, full, true, value, "things", "Restore the file.");
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
    void whereThatIsAllowedWhatChangedLongestAgoIsForgottenForMore() {
        KeptLog forgetful = new KeptLog(file, kind(null, value -> true));
        for (int i = 0; i < MOST; i++) {
            forgetful.put("a b " + i, "");
        }
        forgetful.put("a b 0", "again");
        forgetful.put("one more key", "");
        assertThat(forgetful.find("a b 1")).isEmpty();
        for (KeptLog one : List.of(forgetful, new KeptLog(file, kind(null, value -> true)))) {
            assertThat(one.find("a b 0")).contains("again");
            assertThat(one.find("one more key")).isPresent();
            assertThat(one.keys()).hasSize(MOST).startsWith("a b 2").endsWith("a b 0", "one more key");
        }
    }

    @Test
    void aLineThatMakesNoSenseDoesNotTakeThePlaceOfOneThatDoes() throws IOException {
        KeptLog numbers = new KeptLog(file, kind(null, value -> value.matches("\\d+")));
        numbers.put("a b c", "12");
        Files.writeString(file, Files.readString(file) + "a b c\na b c 1x\na b c ");
        assertThat(numbers.find("a b c")).contains("12");
        numbers.put("a b c", "13");
        assertThat(new KeptLog(file, kind(null, value -> value.matches("\\d+"))).find("a b c"))
                .contains("13");
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
