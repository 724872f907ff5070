package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Remembers of names that were read from the database which content they mean, so that one more source of it asks the
 * database nothing. Of a name it remembers one content, and of all names so many; what is not here is read again. It
 * keeps hashes under keys that nobody else knows: who could make two pairs of a name and a content meet in all 128 bits
 * would be taken for a source of a content that was never compared with the name's, which needs no name anyway.
 * Thread-safe.
 *
 * <p>What a reader read may have been changed by the time that it remembers it. So it takes a {@link #stamp} before it
 * reads, and what is written is {@linkplain #forget forgotten} after the commit, which makes earlier stamps worthless.
 */
final class KnownNames {

    /** Of a name that is not remembered, or means another content. */
    static final int UNKNOWN = 0;

    /** Buckets of a segment; when all are full, 24 MiB: a million names. */
    private static final int MAX_BUCKETS = 1 << 10;

    private static final int SEGMENT_BITS = 8;
    private static final int FIRST_BUCKETS = 2;
    private static final int WAYS = 4;

    /** Words of an entry: hash of the name, hash of name and content, number and day. */
    private static final int WORDS = 3;

    private static final int BUCKET_WORDS = WAYS * WORDS;

    /** A part of the table with a lock of its own. */
    private static final class Segment {
        long[] words = new long[0];
        int changes;
        int nextOut;
    }

    private final Segment[] segments = new Segment[1 << SEGMENT_BITS];
    private final long[] keys = new long[2];
    private final int maxBuckets;

    /** Knows nothing; the generator gives the keys. */
    KnownNames(RandomGenerator random) {
        this(random, MAX_BUCKETS);
    }

    /**
     * Knows nothing.
     *
     * @param maxBuckets how many buckets a segment may have, a power of two
     */
    KnownNames(RandomGenerator random, int maxBuckets) {
        this.maxBuckets = maxBuckets;
        keys[0] = random.nextLong();
        keys[1] = random.nextLong();
        Arrays.setAll(segments, i -> new Segment());
    }

    /**
     * The number of the version of a name that is a content.
     *
     * @param sinceDay a name that was last stamped as used before this day is not known
     * @return {@link #UNKNOWN} when it has to be read
     */
    int number(Name name, ContentId content, int sinceDay) {
        long nameHash = hash(name, keys[0]);
        long pairHash = pairHash(name, content);
        Segment segment = segment(nameHash);
        synchronized (segment) {
            int at = find(segment, nameHash);
            boolean known = at >= 0 && segment.words[at + 1] == pairHash && (int) segment.words[at + 2] >= sinceDay;
            return known ? (int) (segment.words[at + 2] >>> 32) : UNKNOWN;
        }
    }

    /** To be taken before a name is read that will be remembered. */
    int stamp(Name name) {
        Segment segment = segment(hash(name, keys[0]));
        synchronized (segment) {
            return segment.changes;
        }
    }

    /**
     * A version of a name is a content. No effect when something near it was written since the stamp.
     *
     * @param number the version's
     * @param usedDay when the name was last stamped as used
     */
    void remember(Name name, ContentId content, int number, int usedDay, int stamp) {
        long nameHash = hash(name, keys[0]);
        long pairHash = pairHash(name, content);
        Segment segment = segment(nameHash);
        synchronized (segment) {
            if (segment.changes == stamp) {
                int at = find(segment, nameHash);
                put(segment, at >= 0 ? at : room(segment, nameHash), nameHash, pairHash, number, usedDay);
            }
        }
    }

    /** Something of a name was written; nothing that was read before is right any more. */
    void forget(Name name) {
        long nameHash = hash(name, keys[0]);
        Segment segment = segment(nameHash);
        synchronized (segment) {
            segment.changes++;
            int at = find(segment, nameHash);
            if (at >= 0) {
                Arrays.fill(segment.words, at, at + WORDS, 0);
            }
        }
    }

    private static void put(Segment segment, int at, long nameHash, long pairHash, int number, int usedDay) {
        segment.words[at] = nameHash;
        segment.words[at + 1] = pairHash;
        segment.words[at + 2] = (long) number << 32 | (usedDay & 0xffffffffL);
    }

    /** Where a name is; −1 when it is not. */
    private static int find(Segment segment, long nameHash) {
        if (segment.words.length == 0) {
            return -1;
        }
        int bucket = bucket(segment.words, nameHash);
        for (int at = bucket; at < bucket + BUCKET_WORDS; at += WORDS) {
            if (segment.words[at] == nameHash) {
                return at;
            }
        }
        return -1;
    }

    /** A place for a name that is not there: a free one, a larger segment's, or that of another name. */
    private int room(Segment segment, long nameHash) {
        int at = free(segment.words, nameHash);
        while (at < 0 && segment.words.length < maxBuckets * BUCKET_WORDS) {
            grow(segment);
            at = free(segment.words, nameHash);
        }
        if (at >= 0) {
            return at;
        }
        segment.nextOut = (segment.nextOut + 1) % WAYS;
        return bucket(segment.words, nameHash) + segment.nextOut * WORDS;
    }

    private static int free(long[] words, long nameHash) {
        if (words.length == 0) {
            return -1;
        }
        int bucket = bucket(words, nameHash);
        for (int at = bucket; at < bucket + BUCKET_WORDS; at += WORDS) {
            if (words[at] == 0) {
                return at;
            }
        }
        return -1;
    }

    private static void grow(Segment segment) {
        long[] old = segment.words;
        long[] larger = new long[old.length == 0 ? FIRST_BUCKETS * BUCKET_WORDS : 2 * old.length];
        for (int from = 0; from < old.length; from += WORDS) {
            if (old[from] != 0) {
                // A bucket's entries go to two buckets, so that there is room for all.
                System.arraycopy(old, from, larger, free(larger, old[from]), WORDS);
            }
        }
        segment.words = larger;
    }

    private static int bucket(long[] words, long nameHash) {
        return ((int) nameHash & (words.length / BUCKET_WORDS - 1)) * BUCKET_WORDS;
    }

    private Segment segment(long nameHash) {
        return segments[(int) (nameHash >>> (64 - SEGMENT_BITS))];
    }

    private long pairHash(Name name, ContentId content) {
        Hash root = content.root();
        long hash = Mixing.mix(hash(name, keys[1]) ^ root.word0());
        hash = Mixing.mix(hash ^ root.word1());
        hash = Mixing.mix(hash ^ root.word2());
        hash = Mixing.mix(hash ^ root.word3());
        return Mixing.mix(hash ^ content.length());
    }

    /** Never zero, which is an empty place. */
    private static long hash(Name name, long key) {
        String text = name.text();
        long hash = Mixing.mix(key ^ text.length());
        for (int i = 0; i < text.length(); ) {
            long word = 0;
            for (int end = Math.min(i + 4, text.length()); i < end; i++) {
                word = word << 16 | text.charAt(i);
            }
            hash = Mixing.mix(hash ^ word);
        }
        return hash == 0 ? 1 : hash;
    }
}
