package dev.shoal.peer;

import dev.shoal.peer.PeerNode.Shared;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a peer shares, by content and with whom; each may be shared under several names. To add and to remove costs the
 * same however many there are. Thread-safe by its monitor, which is held for moments only.
 */
final class Shares {

    private final Map<ShareKey, List<Shared>> byKey = new LinkedHashMap<>();
    private int size;

    synchronized void add(Shared shared) {
        byKey.computeIfAbsent(shared.served().key(), fresh -> new ArrayList<>()).add(shared);
        size++;
    }

    /** How many there are. */
    synchronized int size() {
        return size;
    }

    /** Takes one away, if it is there. */
    synchronized void remove(Shared shared) {
        ShareKey key = shared.served().key();
        List<Shared> same = byKey.get(key);
        if (same != null && same.remove(shared)) {
            size--;
            if (same.isEmpty()) {
                byKey.remove(key);
            }
        }
    }

    /** Whether a content is shared under any name. */
    synchronized boolean has(ShareKey key) {
        return byKey.containsKey(key);
    }

    synchronized boolean isEmpty() {
        return byKey.isEmpty();
    }

    /** The shares of one content with the same readers; a copy. */
    synchronized List<Shared> of(ShareKey key) {
        return List.copyOf(byKey.getOrDefault(key, List.of()));
    }

    /** All; a copy, in the order in which the contents came. */
    synchronized List<Shared> all() {
        return byKey.values().stream().flatMap(List::stream).toList();
    }
}
