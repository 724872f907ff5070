package dev.shoal.index;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The contents that a peer had registered when it began to state everything anew, and which of them it has not named
 * again so far: four bytes and two bits for each. For one thread at a time.
 */
final class Unnamed {

    private final int[] contents;
    /** Those that stay. */
    private final BitSet kept;

    /** Those that a page has named, which stay, too. */
    private final BitSet named;

    /** Where the search for those to be taken away goes on: everything behind is done. */
    int cursor = Integer.MAX_VALUE;

    /** All contents of a list. */
    Unnamed(IntLists lists, int list) {
        contents = new int[lists.size(list)];
        for (int i = 0; i < contents.length; i++) {
            contents[i] = lists.at(list, i);
        }
        Arrays.sort(contents);
        kept = new BitSet(contents.length);
        named = new BitSet(contents.length);
    }

    /** How many there were. */
    int size() {
        return contents.length;
    }

    /** A content was registered meanwhile, or goes. Returns whether it was there and nothing had been said of it. */
    boolean keep(int content) {
        return mark(content, kept);
    }

    /** A page named a content, or it goes. Returns whether it was there and no page had named it. */
    boolean name(int content) {
        keep(content);
        return mark(content, named);
    }

    private boolean mark(int content, BitSet marks) {
        int place = Arrays.binarySearch(contents, content);
        boolean first = place >= 0 && !marks.get(place);
        if (first) {
            marks.set(place);
        }
        return first;
    }
}
