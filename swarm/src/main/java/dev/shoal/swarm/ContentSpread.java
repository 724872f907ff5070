package dev.shoal.swarm;

import dev.shoal.content.ChunkLayout;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the chunks of one served content have spread, as far as is known here: which of the connected peers said that
 * it has a chunk, or was sent it by us. For one thread at a time.
 */
final class ContentSpread {

    final ChunkLayout layout;
    private final int[] copies;
    private final Map<Integer, Bits> holdings = new HashMap<>();
    private int losses;

    ContentSpread(ChunkLayout layout) {
        this.layout = layout;
        this.copies = new int[layout.chunkCount()];
    }

    /** What a peer has, as far as is known; changed only here. */
    Bits holding(int peer) {
        return holdings.computeIfAbsent(peer, any -> new Bits(copies.length));
    }

    /** A peer has a chunk, or will have it when what is being sent has come. */
    void credit(int peer, int chunk) {
        credit(holding(peer), chunk, chunk + 1);
    }

    /** A peer, which has what is given, has these chunks, too. */
    void credit(Bits holding, int first, int end) {
        for (int chunk = first; chunk < end; chunk++) {
            if (holding.add(chunk)) {
                copies[chunk]++;
            }
        }
    }

    /** A peer is gone, and what it had with it. */
    void forget(int peer) {
        Bits had = holdings.remove(peer);
        if (had != null && had.next(0) >= 0) {
            losses++;
            for (int chunk = had.next(0); chunk >= 0; chunk = had.next(chunk + 1)) {
                copies[chunk]--;
            }
        }
    }

    /** Another number whenever copies may have become fewer. */
    int losses() {
        return losses;
    }

    /** How many peers are known to have a chunk, not counting one of them, which has what is given. */
    int copies(int chunk, Bits except) {
        return copies[chunk] - (except.contains(chunk) ? 1 : 0);
    }
}
