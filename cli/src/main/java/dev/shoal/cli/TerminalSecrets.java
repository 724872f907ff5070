package dev.shoal.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.TerminalBuilder.SystemOutput;
import org.jspecify.annotations.Nullable;

/**
 * Secrets that a person types at the terminal, which shows nothing of it; it edits the line itself. Asks on standard
 * error, so that standard output holds results alone. For one thread at a time.
 */
final class TerminalSecrets implements SecretInput {

    private final LineSecrets lines;
    private final PrintStream prompts;

    /**
     * Of the terminal that this process was started in.
     *
     * @param input standard input
     * @param prompts standard error
     */
    TerminalSecrets(InputStream input, PrintStream prompts, Interruption interruption) {
        this.lines = new LineSecrets(input, interruption);
        this.prompts = prompts;
    }

    @Override
    public @Nullable String ask(String prompt) {
        // However this ends, closing the terminal brings its echo back.
        try (Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .systemOutput(SystemOutput.SysErrOrSysOut)
                .dumb(false)
                .graphemeCluster(false)
                .build()) {
            terminal.echo(false);
            prompts.print(prompt);
            prompts.flush();
            String typed = lines.ask(prompt);
            prompts.println();
            prompts.flush();
            return typed;
        } catch (IOException | IllegalStateException e) {
            throw Mistake.usage("The terminal cannot hide what is typed (" + Mistake.reason(e)
                    + "). Use --password-stdin, and have a program write the password.");
        }
    }

    @Override
    public boolean isTerminal() {
        return true;
    }
}
