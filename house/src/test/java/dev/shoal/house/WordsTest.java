package dev.shoal.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing is left for later, and nothing is printed past the command line. */
class WordsTest {

    private static final Pattern LEFT_OVERS =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b|printStack" + "Trace\\(|@Dis" + "abled");

    private static final Pattern SLEEP = Pattern.compile("Thread\\.sl" + "eep\\(");

    private static final Pattern STARTS_JAVA = Pattern.compile("\"java\\.class" + "\\.path\"");

    /** A router and {@code PartWriter} unpack nothing. */
    private static final Pattern UNPACKS_THERE =
            Pattern.compile("-Dorg\\.sqlite\\.tmpdir=|Program\\.jvm\\(\\)|PartWriter\\.class|DelayRouter");

    /** As long as a key of 128 bits in hexadecimal, but for how each public key on P-256 begins, or in base 64. */
    private static final Pattern KEY = Pattern.compile("PRIVATE KEY-----|\"(?!3059301306072a86)([0-9a-fA-F]{32,}|"
            + "(?=[^\"]*[0-9])(?=[^\"]*[A-Z])[A-Za-z0-9+/]{22,}={0,2})\"");

    @Test
    void nothingIsLeftForLater() {
        assertThat(matches(LEFT_OVERS, "")).isEmpty();
    }

    @Test
    void testsAwaitConditionsAndDoNotSleep() {
        assertThat(matches(SLEEP, "src/test")).isEmpty();
    }

    /** A JVM that is killed leaves what it unpacked; what it unpacks is in a folder of the test's, which is removed. */
    @Test
    void processesOfTestsUnpackNothingWhereItStays() {
        assertThat(Sources.all())
                .filteredOn(file -> file.toString().contains("src/test"))
                .filteredOn(file -> STARTS_JAVA.matcher(Sources.read(file)).find())
                .isNotEmpty()
                .allMatch(file -> UNPACKS_THERE.matcher(Sources.read(file)).find());
    }

    /** All keys are made where they are used. */
    @Test
    void noKeyIsPartOfTheProgram() throws IOException {
        assertThat(matches(KEY, "src/main")).isEmpty();
        for (Path module : Sources.modules()) {
            try (Stream<Path> files = Files.walk(module.resolve("src/main"))) {
                assertThat(files.filter(Files::isRegularFile))
                        .allMatch(file -> file.toString().matches(".*\\.(java|sql|py|xml|html|json|js|css|svg)"));
            }
        }
    }

    private static List<String> matches(Pattern pattern, String folder) {
        List<String> found = new ArrayList<>();
        for (Path file : Sources.all()) {
            List<String> lines = Sources.read(file).lines().toList();
            for (int i = 0; i < lines.size() && file.toString().contains(folder); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(Sources.root().relativize(file) + ":" + (i + 1) + ": "
                            + lines.get(i).strip());
                }
            }
        }
        return found;
    }
}
