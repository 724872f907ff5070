package dev.shoal.cli;

import java.io.IOException;
import java.util.Optional;

/** The screen of a shell: everything is printed above the prompt, and progress is only told when asked for. */
final class ShellScreen implements Screen {

    private final ShellInput input;
    private final Screen outer;

    ShellScreen(ShellInput input, Screen outer) {
        this.input = input;
        this.outer = outer;
    }

    @Override
    public void result(String line) {
        input.print(line);
    }

    @Override
    public void remark(String line) {
        if (input.isTerminal()) {
            input.print(line);
        } else {
            outer.remark(line);
        }
    }

    @Override
    public void progress(String line) {
        // Several jobs would fight for one line.
    }

    @Override
    public boolean isAnimated() {
        return true;
    }

    @Override
    public int resultColumns() {
        return input.columns();
    }

    @Override
    public int progressColumns() {
        return input.columns();
    }

    @Override
    public Paint paint() {
        return outer.paint();
    }

    @Override
    public Optional<IOException> trouble() {
        return outer.trouble();
    }
}
