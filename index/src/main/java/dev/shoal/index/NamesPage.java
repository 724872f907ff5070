package dev.shoal.index;

import dev.shoal.protocol.IndexReply.Listing;
import dev.shoal.protocol.IndexReply.Names;
import dev.shoal.protocol.IndexRequest;
import java.util.ArrayList;
import java.util.List;

/** A page of names that grows until it is full: by count, or by what fits into a frame. For one thread at a time. */
final class NamesPage {

    private final int limit;
    private final List<Listing> entries = new ArrayList<>();
    private int bytesLeft;

    NamesPage(int limit, boolean overTls) {
        this.limit = limit;
        // Room for the longest cursor, whatever it will be.
        this.bytesLeft = ReplySizes.capacity(overTls) - ReplySizes.namesOverhead() - IndexRequest.MAX_CURSOR_BYTES;
    }

    /** Takes a line. Returns whether there was room for it. */
    boolean add(Listing listing) {
        int size = ReplySizes.listing(listing);
        if (entries.size() == limit || size > bytesLeft) {
            return false;
        }
        entries.add(listing);
        bytesLeft -= size;
        return true;
    }

    int size() {
        return entries.size();
    }

    Answer answer(char letter, String cursor) {
        return Answer.of(new Names(letter, List.copyOf(entries), cursor));
    }
}
