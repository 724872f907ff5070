package dev.shoal.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where a command speaks to a person. Thread-safe. */
interface Screen {

    /** Text may be as wide as it likes: nobody looks at it in a window. */
    int UNLIMITED_COLUMNS = Integer.MAX_VALUE;

    /** A line of what was asked for: standard output. */
    void result(String line);

    /** A line about it: standard error. */
    void remark(String line);

    /** Draws the line that tells how far something is over the one drawn before; an empty one removes it. */
    void progress(String line);

    /** Whether progress can be drawn over and over. */
    boolean isAnimated();

    /** How wide results may be. */
    int resultColumns();

    /** How many lines can be drawn over and over in the place of results; 0 for none. */
    default int frameRows() {
        return 0;
    }

    /** Draws lines over those that were drawn before; what is too wide or too long for the screen is left out. */
    default void frame(List<String> lines) {
        lines.forEach(this::result);
    }

    /** How wide the line of progress may be. */
    int progressColumns();

    /** Colours of results. */
    Paint paint();

    /** Why results cannot be written any more; empty while they can. */
    Optional<IOException> trouble();

    /** Whether results cannot be written any more: whoever read them has left, or the disk does not take them. */
    default boolean isClosed() {
        return trouble().isPresent();
    }
}
