package dev.shoal.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A screen that remembers what was shown. */
final class RecordedScreen implements Screen {

    final List<String> results = new CopyOnWriteArrayList<>();
    final List<String> remarks = new CopyOnWriteArrayList<>();
    final List<String> bars = new CopyOnWriteArrayList<>();
    boolean animated;
    volatile boolean closed;
    volatile boolean full;
    int columns = UNLIMITED_COLUMNS;
    int frameRows;
    final List<List<String>> frames = new CopyOnWriteArrayList<>();

    @Override
    public int frameRows() {
        return frameRows;
    }

    @Override
    public void frame(List<String> lines) {
        frames.add(List.copyOf(lines));
    }

    @Override
    public void result(String line) {
        results.add(line);
    }

    @Override
    public void remark(String line) {
        remarks.add(line);
    }

    @Override
    public void progress(String line) {
        bars.add(line);
    }

    @Override
    public boolean isAnimated() {
        return animated;
    }

    @Override
    public int resultColumns() {
        return columns;
    }

    @Override
    public int progressColumns() {
        return 80;
    }

    @Override
    public Paint paint() {
        return Paint.NONE;
    }

    @Override
    public Optional<IOException> trouble() {
        if (full) {
            return Optional.of(new IOException("No space left on device"));
        }
        return closed ? Optional.of(new IOException("Broken pipe")) : Optional.empty();
    }
}
