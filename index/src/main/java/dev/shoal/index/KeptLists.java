package dev.shoal.index;

import dev.shoal.protocol.PeerKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists of private names in memory, with the stamp that each was read at. What was used longest ago goes when together
 * they are too much; that a list was long is remembered beyond that, so that it is known before it is read again.
 * Thread-safe.
 */
final class KeptLists {

    /** How many names are kept for all readers, words included: each is some 600 bytes at most. */
    private static final int MAX_COST = 50_000;

    /** Each reader that is kept counts as so many names more. */
    private static final int OF_A_READER = 10;

    /** Of how many readers is remembered that theirs are long. */
    private static final int MAX_LONG = 10_000;

    /** Whose list it is. */
    sealed interface Reader {

        /** What an account may read, on whichever of its devices. */
        record OfAccount(String name, PeerKey key) implements Reader {}

        /** What a device's own key owns, from before it acted for an account. */
        record OfKey(PeerKey key) implements Reader {}
    }

    private record Kept(long stamp, ReadableNames names, int cost) {}

    /** A list that is longer is long. */
    private final int shortNames;

    private final int maxCost;
    private final Map<Reader, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Reader, Boolean> longOnes = new LinkedHashMap<>(16, 0.75f, true);
    private int cost;

    KeptLists(int shortNames) {
        this(shortNames, MAX_COST);
    }

    /** With room for fewer names. */
    KeptLists(int shortNames, int maxCost) {
        this.shortNames = shortNames;
        this.maxCost = maxCost;
    }

    /** What is kept as of a stamp; null for nothing. */
    synchronized @Nullable ReadableNames find(Reader reader, long stamp) {
        Kept known = kept.get(reader);
        return known != null && known.stamp() == stamp ? known.names() : null;
    }

    /** Whether a list takes its time. */
    boolean isLong(ReadableNames names) {
        return names.size() > shortNames;
    }

    /** Whether the list of a reader takes its time, as far as is known from the last time. */
    synchronized boolean isLong(Reader reader) {
        return longOnes.get(reader) != null;
    }

    /** Keeps a list, or counts it anew because its words were looked up. */
    synchronized void keep(Reader reader, long stamp, ReadableNames names) {
        if (isLong(names)) {
            longOnes.put(reader, true);
            dropOldest(longOnes, MAX_LONG);
        } else {
            longOnes.remove(reader);
        }
        Kept fresh = new Kept(stamp, names, OF_A_READER + names.cost());
        Kept before = kept.put(reader, fresh);
        cost += fresh.cost() - (before == null ? 0 : before.cost());
        Iterator<Kept> oldest = kept.values().iterator();
        while (cost > maxCost && kept.size() > 1) {
            cost -= oldest.next().cost();
            oldest.remove();
        }
    }

    private static void dropOldest(Map<?, ?> map, int most) {
        if (map.size() > most) {
            Iterator<?> oldest = map.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** What all that is kept counts, in names. */
    synchronized int cost() {
        return cost;
    }

    /** How many lists are kept. */
    synchronized int count() {
        return kept.size();
    }
}
