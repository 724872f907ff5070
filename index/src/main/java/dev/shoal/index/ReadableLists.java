package dev.shoal.index;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What somebody may read besides what everybody does: the list of the account, which all its devices share, and what
 * the device's own key owns, which is mostly nothing. A name in both is shown once. Immutable. Thread-safe.
 */
record ReadableLists(ReadableNames ofAccount, ReadableNames ofKey) {

    /** Of who has no account. */
    static final ReadableLists NONE = new ReadableLists(ReadableNames.NONE, ReadableNames.NONE);

    /** Those behind a cursor, in their order. */
    Iterable<NameRow> after(String cursor) {
        List<NameRow> own = ofKey.after(cursor);
        List<NameRow> others = ofAccount.after(cursor);
        return own.isEmpty() ? others : () -> new Merging(others.iterator(), own.iterator());
    }

    /** See {@link ReadableNames#candidates}. */
    List<NameRow> candidates(String text, List<String> words) {
        List<NameRow> own = ofKey.candidates(text, words);
        List<NameRow> others = ofAccount.candidates(text, words);
        if (own.isEmpty()) {
            return others;
        }
        Map<String, NameRow> all = new LinkedHashMap<>();
        others.forEach(row -> all.put(row.name().text(), row));
        own.forEach(row -> all.putIfAbsent(row.name().text(), row));
        return new ArrayList<>(all.values());
    }

    /** Two lists as one, while it is walked: for one thread. */
    private static final class Merging implements Iterator<NameRow> {
        private final Iterator<NameRow> first;
        private final Iterator<NameRow> second;
        private @Nullable NameRow one;
        private @Nullable NameRow other;

        Merging(Iterator<NameRow> first, Iterator<NameRow> second) {
            this.first = first;
            this.second = second;
            this.one = following(first);
            this.other = following(second);
        }

        @Override
        public boolean hasNext() {
            return one != null || other != null;
        }

        @Override
        public NameRow next() {
            NameRow mine = one;
            NameRow theirs = other;
            if (mine == null && theirs == null) {
                throw new NoSuchElementException();
            }
            int order = mine == null ? 1 : theirs == null ? -1 : compare(mine, theirs);
            if (order >= 0) {
                other = following(second);
            }
            if (order <= 0) {
                one = following(first);
            }
            return mine != null && order <= 0 ? mine : Objects.requireNonNull(theirs);
        }

        private static int compare(NameRow one, NameRow other) {
            return OnlineNames.BYTE_ORDER.compare(
                    one.name().text(), other.name().text());
        }

        private static @Nullable NameRow following(Iterator<NameRow> rows) {
            return rows.hasNext() ? rows.next() : null;
        }
    }
}
