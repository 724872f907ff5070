package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.peer.PeerNode.Shared;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a peer shares, by content, of which each may be shared under several names. To add and to remove costs the same
 * however many there are. Thread-safe by its monitor, which is held for moments only.
 */
final class Shares {

    private final Map<ContentId, List<Shared>> byContent = new LinkedHashMap<>();

    synchronized void add(Shared shared) {
        byContent
                .computeIfAbsent(shared.served().content(), fresh -> new ArrayList<>())
                .add(shared);
    }

    /** Takes one away, if it is there. */
    synchronized void remove(Shared shared) {
        ContentId content = shared.served().content();
        List<Shared> same = byContent.get(content);
        if (same != null && same.remove(shared) && same.isEmpty()) {
            byContent.remove(content);
        }
    }

    /** Whether a content is shared under any name. */
    synchronized boolean has(ContentId content) {
        return byContent.containsKey(content);
    }

    synchronized boolean isEmpty() {
        return byContent.isEmpty();
    }

    /** The shares of one content; a copy. */
    synchronized List<Shared> of(ContentId content) {
        return List.copyOf(byContent.getOrDefault(content, List.of()));
    }

    /** All; a copy, in the order in which the contents came. */
    synchronized List<Shared> all() {
        return byContent.values().stream().flatMap(List::stream).toList();
    }
}
