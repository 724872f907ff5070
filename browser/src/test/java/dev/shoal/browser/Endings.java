package dev.shoal.browser;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has to be closed at the end of a class, the last first; all of it, whatever cannot be. For one thread. */
final class Endings implements Closeable {

    private final Deque<Closeable> open = new ArrayDeque<>();

    /** Closes this as well, before what is there already. */
    void add(Closeable more) {
        open.push(more);
    }

    /** Throws what was thrown first, with the rest of it. */
    @Override
    public void close() throws IOException {
        Closeable last = open.poll();
        if (last != null) {
            Closeable rest = this;
            try (rest) {
                last.close();
            }
        }
    }
}
