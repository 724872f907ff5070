package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists the names that can be fetched now, with bounded work for a page however few or many they are. While few
 * contents are on-line, a table of their names is kept in memory and made anew when it is old; while many are, the
 * names are walked in their order, and a page ends when enough were looked at, perhaps with few entries but with a
 * cursor. Either way the order is that of the names' bytes, so that a list goes on across a change of the way.
 * Thread-safe.
 */
final class OnlineNames {

    /** Up to so many contents on-line, their names are looked up one by one: below 100 ms, at most once a second. */
    static final int FEW_CONTENTS = 2_000;

    /** Up to so many, the look-up is so short that it is done for every change. */
    private static final int VERY_FEW_CONTENTS = 100;

    /** How many names are looked at for a page while many contents are on-line: some 10 ms. */
    static final int MAX_EXAMINED = 4_000;

    private static final long MAX_AGE_NANOS = 1_000_000_000L;

    /** Of UTF-8's bytes, which is that of code points. */
    static final Comparator<String> BYTE_ORDER = OnlineNames::compareBytes;

    /** How many names are hidden until the table is made anew in any case. */
    private static final int MAX_HIDDEN = 1_000;

    /**
     * Names of the contents that were on-line at one moment, and those that came since.
     *
     * @param hidden the names that only some see since then, with how much had been written by then; guarded by itself
     */
    private record Table(
            ConcurrentSkipListMap<String, NameRow> rows,
            Map<String, Long> hidden,
            long madeNanos,
            long changes,
            int contents) {

        /**
         * Shows more names.
         *
         * @param changes how much had been written when they were looked up: what was hidden since then stays so
         */
        void show(List<NameRow> more, long changes) {
            synchronized (hidden) {
                more.stream()
                        .filter(row -> hidden.getOrDefault(row.name().text(), Long.MIN_VALUE) <= changes)
                        .forEach(row -> rows.put(row.name().text(), row));
            }
        }

        /** Shows a name no more. Returns whether others can be hidden, too. */
        boolean hide(Name name, long changes) {
            synchronized (hidden) {
                rows.remove(name.text());
                hidden.put(name.text(), changes);
                return hidden.size() < MAX_HIDDEN;
            }
        }
    }

    private final SharedDirectory directory;
    private final Names names;

    /** Guarded by this. */
    private @Nullable CompletableFuture<Table> table;

    OnlineNames(SharedDirectory directory, Names names) {
        this.directory = directory;
        this.names = names;
    }

    /**
     * A page of the names that somebody has the latest version of.
     *
     * @param others names that the asker may read besides all others, in their order
     */
    CompletableFuture<Answer> page(String cursor, int limit, boolean overTls, long nowNanos, Iterable<NameRow> others) {
        NamesPage page = new NamesPage(limit, overTls);
        MergedNames merged = new MergedNames(others, cursor, row -> takeIfOnline(page, row));
        if (directory.contentCount() > FEW_CONTENTS) {
            return names.walk(cursor, MAX_EXAMINED, merged::take)
                    .thenApply(last -> page.answer('O', merged.finish(last)));
        }
        return table(nowNanos).thenApply(made -> fromTable(made, merged, page, cursor));
    }

    /**
     * Somebody has a content that nobody had: its names show at once, even while the table is not made anew.
     *
     * @return whether there are any
     */
    CompletableFuture<Boolean> cameOnline(ContentId content) {
        CompletableFuture<Table> current = current();
        if (current == null) {
            return CompletableFuture.completedFuture(false);
        }
        long written = names.changes();
        return names.withContents(List.of(content))
                .thenCombine(current, (rows, made) -> {
                    made.show(rows, written);
                    return !rows.isEmpty();
                })
                .exceptionally(e -> false);
    }

    /**
     * Only some see a name from now on: it is shown to nobody else, even while the table is not made anew.
     *
     * @return whether there was a table
     */
    CompletableFuture<Boolean> hidden(Name name) {
        CompletableFuture<Table> current = current();
        if (current == null) {
            return CompletableFuture.completedFuture(false);
        }
        long written = names.changes();
        return current.thenApply(made -> {
                    if (!made.hide(name, written)) {
                        forget();
                    }
                    return true;
                })
                .exceptionally(e -> false);
    }

    /** Never in the middle of {@link #table}: one whose names are being looked up is the current one already. */
    private synchronized @Nullable CompletableFuture<Table> current() {
        return table;
    }

    private synchronized void forget() {
        table = null;
    }

    private boolean takeIfOnline(NamesPage page, NameRow row) {
        Directory.State state = directory.state(row.registered());
        return state.sources() == 0 || page.add(row.listing(state));
    }

    private static Answer fromTable(Table made, MergedNames merged, NamesPage page, String cursor) {
        Collection<NameRow> rest = made.rows().tailMap(cursor, false).values();
        for (NameRow row : rest) {
            if (!merged.take(row)) {
                break;
            }
        }
        return page.answer('O', merged.finish(""));
    }

    private synchronized CompletableFuture<Table> table(long nowNanos) {
        CompletableFuture<Table> current = table;
        if (current != null && (!current.isDone() || isFresh(current, nowNanos))) {
            return current;
        }
        // Read before the contents: what changes meanwhile makes the table old, not wrong.
        long changes = changes();
        List<ContentId> contents = directory.online(FEW_CONTENTS);
        CompletableFuture<Table> made = names.withContents(contents).thenApply(rows -> {
            ConcurrentSkipListMap<String, NameRow> byName = new ConcurrentSkipListMap<>(BYTE_ORDER);
            rows.forEach(row -> byName.put(row.name().text(), row));
            return new Table(byName, new HashMap<>(), nowNanos, changes, contents.size());
        });
        table = made;
        return made;
    }

    private boolean isFresh(CompletableFuture<Table> current, long nowNanos) {
        if (current.isCompletedExceptionally()) {
            return false;
        }
        Table made = current.join();
        boolean unchanged = made.changes() == changes();
        boolean young = nowNanos - made.madeNanos() < MAX_AGE_NANOS;
        return unchanged || (young && made.contents() > VERY_FEW_CONTENTS);
    }

    private long changes() {
        return directory.changes() + names.changes();
    }

    private static int compareBytes(String one, String other) {
        int shorter = Math.min(one.length(), other.length());
        for (int i = 0; i < shorter; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                // Surrogates stand for the code points above all others.
                boolean surrogates = Character.isSurrogate(a) == Character.isSurrogate(b);
                return surrogates ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(one.length(), other.length());
    }
}
