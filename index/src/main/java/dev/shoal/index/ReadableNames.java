package dev.shoal.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names that one account may read besides those that everybody does, as they were at one moment: a page of them
 * costs what is on it. Immutable, but for where their words are, which is looked up at the first search. Thread-safe.
 */
final class ReadableNames {

    /** Of who has no account. */
    static final ReadableNames NONE = new ReadableNames(List.of());

    /** How many names that may match a search are looked at: what is shown is a part of that. */
    static final int MAX_CANDIDATES = 2 * Names.MAX_MATCHES;

    /** By how many of its first words a name is found: a name of one-letter words has more than a hundred. */
    static final int MAX_WORDS = 32;

    /** So many words are as much memory as a name. */
    private static final int WORDS_OF_A_NAME = 8;

    /** A word of a name, by its place. */
    private record Place(String word, int row) {}

    private static final Comparator<Place> BY_WORD = Comparator.comparing(Place::word);

    private final List<NameRow> rows;
    private volatile Place @Nullable [] places;

    /** These, in the order of their bytes. */
    ReadableNames(List<NameRow> rows) {
        this.rows = rows;
    }

    int size() {
        return rows.size();
    }

    /** How much memory it takes, in names. */
    int cost() {
        Place[] known = places;
        return rows.size() + (known == null ? 0 : known.length / WORDS_OF_A_NAME);
    }

    /** Those behind a cursor, in their order. */
    List<NameRow> after(String cursor) {
        return rows.subList(firstAfter(cursor), rows.size());
    }

    private int firstAfter(String cursor) {
        int low = 0;
        int high = rows.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (OnlineNames.BYTE_ORDER.compare(rows.get(middle).name().text(), cursor) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Has the words looked up, which takes long where there are many. */
    void withWords() {
        places();
    }

    boolean hasWords() {
        return places != null || rows.isEmpty();
    }

    /**
     * Those that may match: all with a word that begins with the rarest of these, or the first ones of too many.
     *
     * @param text what was looked for; the name that is just that is always one of them
     * @param words its words
     */
    List<NameRow> candidates(String text, List<String> words) {
        if (rows.isEmpty() || words.isEmpty()) {
            return List.of();
        }
        Place[] sorted = places();
        int from = 0;
        int to = sorted.length;
        for (String word : words) {
            int begin = first(sorted, word);
            int end = first(sorted, word + Character.MAX_VALUE);
            if (end - begin < to - from) {
                from = begin;
                to = end;
            }
        }
        BitSet found = new BitSet();
        for (int i = from; i < Math.min(to, from + MAX_CANDIDATES); i++) {
            found.set(sorted[i].row());
        }
        int exact = firstAfter(text) - 1;
        if (exact >= 0 && rows.get(exact).name().text().equals(text)) {
            found.set(exact);
        }
        return found.stream().mapToObj(rows::get).toList();
    }

    private static int first(Place[] sorted, String word) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle].word().compareTo(word) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Place[] places() {
        Place[] known = places;
        if (known == null) {
            List<Place> all = new ArrayList<>();
            for (int row = 0; row < rows.size(); row++) {
                for (String word : Words.first(rows.get(row).name().text(), MAX_WORDS)) {
                    all.add(new Place(word, row));
                }
            }
            known = all.toArray(Place[]::new);
            Arrays.sort(known, BY_WORD);
            places = known;
        }
        return known;
    }
}
