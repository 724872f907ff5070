package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Home;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Parser;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell on a terminal, as far as a dumb one can show it. */
class TerminalInputTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    private Terminal terminal(String typed) throws IOException {
        ByteArrayInputStream keyboard = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
        return new DumbTerminal("test", Terminal.TYPE_DUMB, keyboard, shown, StandardCharsets.UTF_8);
    }

    /** One that is not called dumb: there, JLine hides what is typed by writing over it. */
    private Terminal hiding(String typed) throws IOException {
        ByteArrayInputStream keyboard = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
        return new DumbTerminal("test", "ansi", keyboard, shown, StandardCharsets.UTF_8);
    }

    @Test
    void linesAreReadAndRememberedAndTheEndIsTold() throws IOException {
        try (TerminalInput input = new TerminalInput(terminal("O!\nQ\n"), new Home(folder), List::of)) {
            assertThat(input.line("bob> ")).isEqualTo("O!");
            input.print("above");
            assertThat(input.line("bob> ")).isEqualTo("Q");
            assertThat(input.line("bob> ")).isNull();
        }

        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("bob> ", "above");
        assertThat(Files.readString(folder.resolve("shell-history"))).contains("O!", "Q");
    }

    @Test
    void aSecretIsNeitherShownNorRemembered() throws IOException {
        try (TerminalInput input = new TerminalInput(hiding("hush hush\nQ\n"), new Home(folder), List::of)) {
            assertThat(input.secret("Password: ")).isEqualTo("hush hush");
            assertThat(input.line("bob> ")).isEqualTo("Q");
        }

        assertThat(shown.toString(StandardCharsets.UTF_8)).doesNotContain("hush");
        assertThat(Files.readString(folder.resolve("shell-history"))).doesNotContain("hush");
    }

    @Test
    void whoWasWokenReadsNoMore() throws IOException {
        try (TerminalInput input = new TerminalInput(terminal("O\n"), new Home(folder), List::of)) {
            input.wake();

            assertThat(input.line("bob> ")).isNull();
        }
    }

    @Test
    void verbsNamesAndFilesAreCompleted() throws IOException {
        Terminal terminal = terminal("");
        LineReader reader = LineReaderBuilder.builder().terminal(terminal).build();
        Files.writeString(folder.resolve("some-file"), "x");

        assertThat(completions(reader, "re")).contains("register", "search");
        assertThat(completions(reader, "D ")).containsExactly("lab/x");
        assertThat(completions(reader, "R " + folder + "/so")).anyMatch(value -> value.endsWith("some-file"));
        assertThat(completions(reader, "U ")).isEmpty();
        assertThat(completions(reader, "Z ")).isEmpty();
        terminal.close();
    }

    private static List<String> completions(LineReader reader, String line) {
        List<Candidate> candidates = new ArrayList<>();
        new ShellCompleter(() -> List.of("lab/x"))
                .complete(
                        reader,
                        reader.getParser().parse(line, line.length(), Parser.ParseContext.COMPLETE),
                        candidates);
        return candidates.stream().map(Candidate::value).toList();
    }
}
