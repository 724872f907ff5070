package dev.shoal.index;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The contents that a peer had registered when it began to state everything anew, and which of them it has not named
 * again so far: four bytes and a bit for each. For one thread at a time.
 */
final class Unnamed {

    private final int[] contents;
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
        named = new BitSet(contents.length);
    }

    /** How many there were. */
    int size() {
        return contents.length;
    }

    /** A content was named, or goes. Returns whether it was there and had not been named. */
    boolean name(int content) {
        int place = Arrays.binarySearch(contents, content);
        boolean first = place >= 0 && !named.get(place);
        if (first) {
            named.set(place);
        }
        return first;
    }
}
