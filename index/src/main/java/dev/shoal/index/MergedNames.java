package dev.shoal.index;

import java.util.Iterator;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Puts the names that one asker may read besides all others into a list of these, in the order of their bytes. The list
 * of all is walked as it is for everybody, by somebody else, who shows its names one by one. For one page, and for one
 * thread at a time.
 */
final class MergedNames {

    private final Iterator<NameRow> others;
    private final Predicate<NameRow> page;
    private @Nullable NameRow next;
    private String last;
    private boolean isFull;

    /**
     * A page that begins after a cursor.
     *
     * @param others in their order
     * @param page takes a name, and says whether there was room for it
     */
    MergedNames(Iterable<NameRow> others, String cursor, Predicate<NameRow> page) {
        this.others = StreamSupport.stream(others.spliterator(), false)
                .filter(row -> OnlineNames.BYTE_ORDER.compare(row.name().text(), cursor) > 0)
                .iterator();
        this.page = page;
        this.last = cursor;
        advance();
    }

    /** The next of the names that everybody sees. Returns whether it was taken; if not, the page is full. */
    boolean take(NameRow row) {
        return takeBefore(row) && put(row);
    }

    /**
     * The list of all has been walked.
     *
     * @param walked the last of its names that was looked at, or empty when there are no more of them
     * @return what to begin the next page with; empty when there is none
     */
    String finish(String walked) {
        if (isFull) {
            return last;
        }
        if (!walked.isEmpty()) {
            return walked;
        }
        return takeBefore(null) ? "" : last;
    }

    private boolean takeBefore(@Nullable NameRow row) {
        while (next != null
                && (row == null
                        || OnlineNames.BYTE_ORDER.compare(
                                        next.name().text(), row.name().text())
                                < 0)) {
            if (!put(next)) {
                return false;
            }
            advance();
        }
        return true;
    }

    private boolean put(NameRow row) {
        isFull = !page.test(row);
        if (!isFull) {
            last = row.name().text();
        }
        return !isFull;
    }

    private void advance() {
        next = others.hasNext() ? others.next() : null;
    }
}
