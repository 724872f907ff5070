package dev.shoal.peer;

import dev.shoal.peer.Serving.Opened;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The contents that are served, and those of them of which there is something to tell: a look at the news costs nothing
 * for the ten thousands of contents that are just there. Not thread-safe: guarded by the lock of {@link Servings}.
 */
final class ServedContents {

    private final Map<ShareKey, Serving> byKey = new HashMap<>();
    private final Set<Serving> untold = new HashSet<>();

    /** What serves a content; null when nothing does. */
    @Nullable
    Serving find(ShareKey key) {
        return byKey.get(key);
    }

    /** All of them; only to be read. */
    Collection<Serving> all() {
        return byKey.values();
    }

    /** It is served from now on. */
    void add(Serving serving) {
        byKey.put(serving.key(), serving);
    }

    /** It is served no longer. */
    void remove(Serving serving) {
        byKey.remove(serving.key());
        untold.remove(serving);
    }

    /** It can be read in one more place. */
    void placeCame(Serving serving, Served place) {
        serving.add(place);
        untold.add(serving);
    }

    /**
     * A chunk can be read now.
     *
     * @param soon whether who has opened the content is to know it at once
     */
    void chunkCame(ShareKey key, int chunk, boolean soon) {
        Serving serving = byKey.get(key);
        if (serving != null) {
            serving.chunkCame(chunk, soon);
            untold.add(serving);
        }
    }

    /** Tells {@linkplain Opened who has opened} a content of the chunks that came. To be called ten times a second. */
    void tell() {
        untold.removeIf(Serving::tell);
    }

    /** Of how many contents there is something to tell. */
    int untoldCount() {
        return untold.size();
    }
}
