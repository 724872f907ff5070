package dev.shoal.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Standard output and standard error, with the line of progress kept below whatever is printed. Thread-safe. */
final class StreamScreen implements Screen {

    /** Carriage return, then "erase in line" from the cursor to the end. */
    private static final String ERASE = "\r\u001b[K";

    /** "Erase in display" from the cursor to the end. */
    private static final String ERASE_BELOW = "\u001b[J";

    /** The terminal cuts lines that are too wide, or wraps them as usual. */
    private static final String CUT = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    /** The width when nobody says: that of the oldest terminals. */
    static final int USUAL_COLUMNS = 80;

    private final OutputStream out;
    private final PrintStream err;
    private final boolean outIsTerminal;
    private final boolean errIsTerminal;
    private final IntSupplier columns;
    private final int rows;
    private final Paint paint;

    private String progress = "";
    private int frameLines;
    private @Nullable IOException trouble;

    StreamScreen(
            OutputStream out,
            PrintStream err,
            boolean outIsTerminal,
            boolean errIsTerminal,
            IntSupplier columns,
            Paint paint) {
        this(out, err, outIsTerminal, errIsTerminal, columns, 0, paint);
    }

    /** The same that knows how many lines a window has; 0 for unknown. */
    StreamScreen(
            OutputStream out,
            PrintStream err,
            boolean outIsTerminal,
            boolean errIsTerminal,
            IntSupplier columns,
            int rows,
            Paint paint) {
        this.rows = rows;
        this.out = out;
        this.err = err;
        this.outIsTerminal = outIsTerminal;
        this.errIsTerminal = errIsTerminal;
        this.columns = columns;
        this.paint = paint;
    }

    @Override
    public synchronized void result(String line) {
        if (trouble != null) {
            return;
        }
        erase();
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            trouble = e;
        }
        draw();
    }

    @Override
    public int frameRows() {
        return outIsTerminal && rows > 1 ? rows - 1 : 0;
    }

    @Override
    public synchronized void frame(List<String> lines) {
        if (trouble != null) {
            return;
        }
        StringBuilder text = new StringBuilder(CUT);
        if (frameLines > 0) {
            text.append("\u001b[").append(frameLines).append('F');
        }
        text.append(ERASE_BELOW);
        List<String> shown = lines.subList(0, Math.min(lines.size(), Math.max(1, frameRows())));
        shown.forEach(line -> text.append(line).append('\n'));
        text.append(WRAP);
        frameLines = shown.size();
        try {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            trouble = e;
        }
    }

    @Override
    public synchronized void remark(String line) {
        erase();
        err.print(line + "\n");
        draw();
        err.flush();
    }

    @Override
    public synchronized void progress(String line) {
        if (errIsTerminal && !line.equals(progress)) {
            if (line.isEmpty()) {
                erase();
            }
            progress = line;
            draw();
            err.flush();
        }
    }

    @Override
    public boolean isAnimated() {
        return errIsTerminal;
    }

    @Override
    public int resultColumns() {
        return outIsTerminal ? columns.getAsInt() : UNLIMITED_COLUMNS;
    }

    @Override
    public int progressColumns() {
        return columns.getAsInt();
    }

    @Override
    public Paint paint() {
        return paint;
    }

    @Override
    public synchronized Optional<IOException> trouble() {
        return Optional.ofNullable(trouble);
    }

    private void erase() {
        if (!progress.isEmpty()) {
            err.print(ERASE);
            err.flush();
        }
    }

    private void draw() {
        if (!progress.isEmpty()) {
            err.print(ERASE + progress);
            err.flush();
        }
    }
}
