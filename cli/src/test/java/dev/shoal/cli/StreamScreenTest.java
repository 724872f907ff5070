package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What reaches a terminal, byte by byte. */
class StreamScreenTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private StreamScreen screen(OutputStream output, boolean terminal) {
        return new StreamScreen(
                output,
                new PrintStream(err, false, StandardCharsets.UTF_8),
                terminal,
                terminal,
                () -> 80,
                new Paint(terminal));
    }

    @Test
    void theLineOfProgressStaysBelowWhatIsPrinted() {
        StreamScreen screen = screen(out, true);

        screen.progress("50 %");
        screen.remark("a remark");
        screen.progress("");

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r\u001b[K50 %\r\u001b[Ka remark\n\r\u001b[K50 %\r\u001b[K");
    }

    @Test
    void withoutATerminalThereAreNoControlCharacters() {
        StreamScreen screen = screen(out, false);

        screen.progress("50 %");
        screen.result(screen.paint().bold("é"));
        screen.remark("a remark");

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("é\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("a remark\n");
        assertThat(screen.resultColumns()).isEqualTo(Screen.UNLIMITED_COLUMNS);
    }

    @Test
    void aClosedOutputIsNoticed() {
        StreamScreen screen = screen(
                new OutputStream() {
                    @Override
                    public void write(int next) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                false);
        assertThat(screen.isClosed()).isFalse();

        screen.result("nobody reads this");

        assertThat(screen.isClosed()).isTrue();
        assertThat(screen.trouble())
                .get()
                .satisfies(trouble -> assertThat(ExitCode.isReaderGone(trouble)).isTrue());
    }

    @Test
    void nothingMoreIsWrittenAfterTheFirstFailure() {
        OutputStream full = new OutputStream() {
            private int writes;

            @Override
            public void write(int next) throws IOException {
                if (writes++ == 0) {
                    throw new IOException("No space left on device");
                }
                out.write(next);
            }
        };
        StreamScreen screen = screen(full, false);

        screen.result("lost");
        screen.result("a line after a gap");

        assertThat(out.size()).isZero();
        assertThat(screen.trouble()).get().satisfies(trouble -> {
            assertThat(trouble).hasMessage("No space left on device");
            assertThat(ExitCode.isReaderGone(trouble)).isFalse();
        });
    }
}
