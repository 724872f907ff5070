package dev.shoal.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shows how far something is: a line that is drawn over and over on a terminal, else a line at the start. For one
 * thread at a time.
 */
final class ProgressLine {

    /** Faster than this nobody reads. */
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Screen screen;
    private final LongSupplier nanos;
    private String begun = "";
    private String phase = "";
    private long drawnNanos;

    ProgressLine(Screen screen, LongSupplier nanos) {
        this.screen = screen;
        this.nanos = nanos;
    }

    /**
     * Shows the state of something.
     *
     * @param beginning what is said once where lines cannot be redrawn; empty for nothing
     */
    void show(ProgressBar bar, String beginning) {
        String about = bar.title() + " " + beginning;
        if (!screen.isAnimated()) {
            if (!about.equals(begun) && !beginning.isEmpty()) {
                screen.remark(beginning);
            }
            begun = about;
            return;
        }
        long now = nanos.getAsLong();
        boolean news = !about.equals(begun) || !bar.phase().equals(phase) || bar.doneBytes() == bar.totalBytes();
        if (news || now - drawnNanos >= REDRAW_NANOS) {
            screen.progress(bar.render(screen.progressColumns()));
            begun = about;
            phase = bar.phase();
            drawnNanos = now;
        }
    }

    /** Removes the line. */
    void clear() {
        screen.progress("");
        begun = "";
    }
}
