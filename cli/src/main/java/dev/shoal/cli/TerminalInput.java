package dev.shoal.cli;

import dev.shoal.peer.Home;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** A terminal with line editing, history and completion. Lines may be printed above the prompt from any thread. */
final class TerminalInput implements ShellInput {

    /** As many lines as anybody looks back for. */
    private static final int HISTORY_LINES = 1_000;

    private static final String HISTORY_FILE = "shell-history";

    /** What is shown in place of each character of a secret: nothing. */
    static final Character NO_ECHO = '\0';

    private final Terminal terminal;
    private final LineReader reader;
    private volatile boolean awake;
    private volatile @Nullable Thread reading;

    /** Over a terminal, which it closes at the end. */
    TerminalInput(Terminal terminal, Home home, Supplier<List<String>> names) {
        this.terminal = terminal;
        this.reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName(Commands.PROGRAM)
                .completer(new ShellCompleter(names))
                .variable(LineReader.HISTORY_FILE, home.folder().resolve(HISTORY_FILE))
                .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
                .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
                // An exclamation mark in a name is no reference to the history.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
                .build();
    }

    /** Over the terminal that this process was started in. */
    static TerminalInput system(Home home, Supplier<List<String>> names) {
        try {
            Terminal terminal = TerminalBuilder.builder()
                    .system(true)
                    .dumb(true)
                    // To find out about grapheme clusters it would ask the terminal, and lose what is typed meanwhile.
                    .graphemeCluster(false)
                    .build();
            return new TerminalInput(terminal, home, names);
        } catch (IOException e) {
            throw Mistake.disk("The terminal cannot be used", e);
        }
    }

    @Override
    public @Nullable String line(String prompt) {
        return read(prompt, null);
    }

    /** What is masked does not get into the history either. */
    @Override
    public @Nullable String secret(String prompt) {
        return read(prompt, NO_ECHO);
    }

    private @Nullable String read(String prompt, @Nullable Character mask) {
        reading = Thread.currentThread();
        try {
            return awake ? null : reader.readLine(prompt, mask);
        } catch (UserInterruptException e) {
            if (awake) {
                return null;
            }
            if (e.getPartialLine() == null || e.getPartialLine().isBlank()) {
                print("Q leaves.");
            }
            return "";
        } catch (EndOfFileException e) {
            return null;
        } finally {
            reading = null;
        }
    }

    @Override
    public void print(String line) {
        reader.printAbove(line);
    }

    @Override
    public boolean isTerminal() {
        return true;
    }

    @Override
    public int columns() {
        int columns = terminal.getColumns();
        return columns > 0 ? columns : StreamScreen.USUAL_COLUMNS;
    }

    @Override
    public void onInterrupt(@Nullable Runnable action) {
        terminal.handle(Terminal.Signal.INT, action == null ? Terminal.SignalHandler.SIG_DFL : signal -> action.run());
    }

    @Override
    public void wake() {
        awake = true;
        Thread waiting = reading;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    @Override
    public void close() {
        wake();
        try {
            terminal.close();
        } catch (IOException e) {
            // It is being left anyway, and there is no other place to say so.
            awake = true;
        }
    }
}
