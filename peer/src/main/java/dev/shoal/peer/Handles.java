package dev.shoal.peer;

import dev.shoal.peer.Serving.Opened;
import dev.shoal.swarm.Piece;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the links have open here. Not thread-safe: guarded by the lock of {@link Servings}. */
final class Handles {

    /** By number of the link, then by handle. */
    private final Map<Integer, Map<Integer, Opened>> byLink = new HashMap<>();

    /** A link can open contents from now on. */
    void linkAdded(int link) {
        byLink.put(link, new HashMap<>());
    }

    /** A link is gone, with all that it has open. */
    void linkGone(int link) {
        Map<Integer, Opened> gone = byLink.remove(link);
        if (gone != null) {
            gone.values().forEach(opened -> opened.serving().openedBy().remove(link));
        }
    }

    /** Whether a link is there. */
    boolean hasLink(int link) {
        return byLink.containsKey(link);
    }

    /** How many contents a link has open. */
    int count(int link) {
        return byLink.getOrDefault(link, Map.of()).size();
    }

    /** How many links have something open. */
    int activeLinks() {
        return (int) byLink.values().stream().filter(mine -> !mine.isEmpty()).count();
    }

    /** What is open under a handle. */
    @Nullable
    Opened find(int link, int handle) {
        return byLink.getOrDefault(link, Map.of()).get(handle);
    }

    /** What is open for a piece of it; null when that was closed meanwhile. */
    @Nullable
    Opened find(Piece piece) {
        return byLink.getOrDefault(piece.peer(), Map.of()).values().stream()
                .filter(opened -> opened.serving().number() == piece.content())
                .findFirst()
                .orElse(null);
    }

    /** Those that fulfil a condition; a copy. */
    List<Opened> all(Predicate<Opened> condition) {
        return byLink.values().stream()
                .flatMap(mine -> mine.values().stream())
                .filter(condition)
                .toList();
    }

    /** A link that is there has opened something. */
    void add(Opened opened) {
        int link = opened.link().number();
        byLink.computeIfAbsent(link, unknown -> new HashMap<>()).put(opened.handle(), opened);
        opened.serving().openedBy().put(link, opened);
    }

    /** Something is open no more. */
    void remove(Opened opened) {
        int link = opened.link().number();
        Map<Integer, Opened> mine = byLink.get(link);
        if (mine != null) {
            mine.remove(opened.handle());
        }
        opened.serving().openedBy().remove(link);
    }
}
