package dev.shoal.transport;

import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexPush;
import dev.shoal.protocol.MalformedPduException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an index says without being asked, on whatever way it comes: each thing is handed to the listener once, and is
 * to be acknowledged each time that it comes. While nobody listens, nothing is acknowledged, so that the index says it
 * again. It belongs to all sessions of a process with an index. Thread-safe.
 */
public final class Pushes {

    /** How many of the last ones are remembered: many times what an index sends before it has an answer. */
    static final int REMEMBERED = 256;

    /** The index repeats something under the same number. */
    private record Told(int id, IndexPush push) {}

    private static final class Recent extends LinkedHashMap<Told, Boolean> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Told, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }

    private final Recent recent = new Recent();
    private volatile @Nullable Consumer<IndexPush> listener;

    /** From now on, this one hears; it is called on the threads that receive, and must not wait for anything. */
    public void listen(Consumer<IndexPush> hears) {
        listener = hears;
    }

    /** Something came that is no reply. Returns whether it is to be acknowledged. */
    boolean came(Header header, ByteBuffer body) {
        Consumer<IndexPush> hears = listener;
        if (hears == null || !header.isRequest()) {
            return false;
        }
        IndexPush push;
        try {
            push = IndexPush.decode(header, body);
        } catch (MalformedPduException e) {
            // A newer index, which does without an answer.
            return false;
        }
        if (isNew(new Told(header.id(), push))) {
            hears.accept(push);
        }
        return true;
    }

    private boolean isNew(Told told) {
        synchronized (recent) {
            return recent.put(told, true) == null;
        }
    }
}
