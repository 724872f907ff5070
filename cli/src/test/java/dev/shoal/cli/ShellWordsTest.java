package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shoal.peer.PeerException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How lines at the prompt are understood. */
class ShellWordsTest {

    @Test
    void quotesAndBackslashesHoldWordsTogether() {
        assertThat(ShellWords.of("")).isEmpty();
        assertThat(ShellWords.of("  R  a\\ b 'c d' \"e 'f'\" g'h i'j \"\" "))
                .containsExactly("R", "a b", "c d", "e 'f'", "gh ij", "");
        assertThat(ShellWords.of("'a\\b'")).containsExactly("a\\b");
    }

    @Test
    void anOpenQuoteIsRefused() {
        assertThatExceptionOfType(PeerException.class).isThrownBy(() -> ShellWords.of("R 'a"));
    }

    @Test
    void lettersAndWordsMeanTheSameInAnyCase() {
        for (ShellVerb verb : ShellVerb.values()) {
            for (String word : verb.words()) {
                assertThat(ShellVerb.of(word.toUpperCase(Locale.ROOT))).contains(verb);
            }
        }
        assertThat(ShellVerb.of("r")).contains(ShellVerb.REGISTER);
        assertThat(ShellVerb.of("T")).contains(ShellVerb.DEREGISTER);
        assertThat(ShellVerb.of("o")).contains(ShellVerb.ONLINE);
        assertThat(ShellVerb.of("show")).contains(ShellVerb.ONLINE);
        assertThat(ShellVerb.of("?")).contains(ShellVerb.HELP);
        assertThat(ShellVerb.of("")).isEmpty();
        assertThat(ShellVerb.of("Z")).isEmpty();
    }

    @Test
    void commasSeparateListsAndNotTheNamesOfFiles() {
        List<String> words = List.of("lab/x", "--to", "ada,bob", "--like", "a,b.txt", "--like=c", "--watch");
        PromptOptions options = PromptOptions.of(words, List.of("--to"), List.of("--like"), List.of("--watch"));
        assertThat(options.rest()).containsExactly("lab/x");
        assertThat(options.values("--to")).containsExactly("ada", "bob");
        assertThat(options.values("--like")).containsExactly("a,b.txt", "c");
        assertThat(options.flags()).containsExactly("--watch");
    }

    private static ShellFiles files(String words, String... existing) {
        return ShellFiles.of(List.of(words.split(" ", -1)), Set.of(existing)::contains);
    }

    @Test
    void sharesAreUnderstoodInAllTheirForms() {
        assertThat(files("a.txt")).isEqualTo(new ShellFiles(List.of("a.txt"), null));
        assertThat(files("a.txt lab/a")).isEqualTo(new ShellFiles(List.of("a.txt"), "lab/a"));
        assertThat(files("a.txt b.txt", "a.txt", "b.txt")).isEqualTo(new ShellFiles(List.of("a.txt", "b.txt"), null));
        assertThat(files("a.txt, b.txt")).isEqualTo(new ShellFiles(List.of("a.txt", "b.txt"), null));
        assertThat(files("2 a.txt, b.txt")).isEqualTo(new ShellFiles(List.of("a.txt", "b.txt"), null));
        assertThat(files("2 a.txt,b.txt")).isEqualTo(new ShellFiles(List.of("a.txt", "b.txt"), null));
        assertThat(files("1 a.txt")).isEqualTo(new ShellFiles(List.of("a.txt"), null));
        assertThat(files("2 name", "2")).isEqualTo(new ShellFiles(List.of("2"), "name"));
        assertThat(files("x,", "x,")).isEqualTo(new ShellFiles(List.of("x,"), null));
    }

    @Test
    void sharesThatMakeNoSenseAreRefused() {
        assertThatExceptionOfType(PeerException.class)
                .isThrownBy(() -> files("3 a.txt, b.txt"))
                .withMessageContaining("announced 3");
        assertThatExceptionOfType(PeerException.class).isThrownBy(() -> files("a b c"));
        assertThatExceptionOfType(PeerException.class).isThrownBy(() -> ShellFiles.of(List.of(), path -> true));
    }
}
