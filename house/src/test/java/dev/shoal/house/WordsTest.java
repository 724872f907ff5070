package dev.shoal.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Nothing is left for later, and nothing is printed past the command line. */
class WordsTest {

    private static final Pattern LEFT_OVERS =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b|printStack" + "Trace\\(|@Dis" + "abled");

    private static final Pattern SLEEP = Pattern.compile("Thread\\.sl" + "eep\\(");

    @Test
    void nothingIsLeftForLater() {
        assertThat(matches(LEFT_OVERS, "")).isEmpty();
    }

    @Test
    void testsAwaitConditionsAndDoNotSleep() {
        assertThat(matches(SLEEP, "src/test")).isEmpty();
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
