package dev.shoal.bench;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.RegistrationDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Made-up contents, and which of many peers has which: each peer as many as any other, each content as many sources as
 * any other. Immutable; any thread.
 *
 * @param peers how many peers there are
 * @param contents how many contents there are
 * @param eachPeer how many contents a peer has
 */
record SyntheticContents(int peers, int contents, int eachPeer) {

    /** Primes that are no factors of round numbers: they mix without repeating. */
    private static final long STEP = 7_919;

    private static final long ROUND_STEP = 37_861;

    /** The number of the content that a peer has as its nth. */
    int owned(int peer, int nth) {
        long place = (long) nth * peers + peer;
        long round = place / contents;
        return (int) ((place + round * ROUND_STEP) * STEP % contents);
    }

    /** All contents of a peer. */
    List<ContentId> of(int peer) {
        List<ContentId> owned = new ArrayList<>(eachPeer);
        for (int nth = 0; nth < eachPeer; nth++) {
            owned.add(content(owned(peer, nth)));
        }
        return owned;
    }

    /** The digest of all contents of a peer. */
    RegistrationDigest digest(int peer) {
        RegistrationDigest digest = new RegistrationDigest();
        of(peer).forEach(digest::add);
        return digest;
    }

    /** The content with a number. */
    static ContentId content(int number) {
        return new ContentId(hash(number), 100_000_000L + number);
    }

    /** A hash that follows from a number. */
    static Hash hash(long seed) {
        SplittableRandom words = new SplittableRandom(seed * 0x9e3779b97f4a7c15L);
        return new Hash(words.nextLong(), words.nextLong(), words.nextLong(), words.nextLong());
    }
}
