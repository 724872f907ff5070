package dev.shoal.index;

import java.util.Arrays;

/**
 * What of each peer is looked at when sources are chosen, 16 bytes a peer side by side: a look-up reads this of 64
 * peers that lie anywhere, and would wait for the memory several times as often if it followed references. For one
 * thread at a time.
 */
final class PeerLoads {

    /** After so long, half of what was handed out has come to nothing, or shows in the peer's own count. */
    static final long HALF_LIFE_NANOS = 30_000_000_000L;

    /** Set of a peer that is there. */
    static final int PRESENT = 1;

    /** Shifted by a number of {@link PeerEntry}'s kinds of askers: askers of that kind are told of the peer. */
    static final int TOLD = 2;

    private static final int STEPS_PER_HALF_LIFE = 32;
    private static final long STEP_NANOS = HALF_LIFE_NANOS / STEPS_PER_HALF_LIFE;

    /** After eight half-lives nothing is left. */
    private static final float[] LEFT = new float[8 * STEPS_PER_HALF_LIFE];

    static {
        for (int step = 0; step < LEFT.length; step++) {
            LEFT[step] = (float) Math.pow(0.5, (double) step / STEPS_PER_HALF_LIFE);
        }
    }

    private static final int WORDS = 2;
    private static final int SHIFT = 10;
    private static final int MASK = (1 << SHIFT) - 1;
    private static final int UPLOADS_SHIFT = 32;
    private static final int FLAGS_SHIFT = 48;

    /** Of a peer: handed out (32 bits, a float), uploads (16), flags (16); step of the last hand-out (32), network. */
    private long[][] pages = new long[0][];

    /** Takes a peer in that nothing was handed out of. */
    void add(int peer) {
        int page = peer >>> SHIFT;
        if (page >= pages.length) {
            int old = pages.length;
            pages = Arrays.copyOf(pages, page + 1);
            for (int i = old; i <= page; i++) {
                pages[i] = new long[WORDS << SHIFT];
            }
        }
        put(peer, 0);
        pages[page][at(peer) + 1] = 0;
    }

    /** Where a peer is seen, and who is told of it. */
    void tell(int peer, int flags, long network) {
        put(peer, (word(peer) & (1L << FLAGS_SHIFT) - 1) | (long) flags << FLAGS_SHIFT);
        long[] page = pages[peer >>> SHIFT];
        page[at(peer) + 1] = (page[at(peer) + 1] & 0xffffffffL) | (long) nearness(network) << 32;
    }

    /** A peer is gone. */
    void remove(int peer) {
        put(peer, 0);
    }

    int flags(int peer) {
        return (int) (word(peer) >>> FLAGS_SHIFT);
    }

    /** Whether a peer is seen in a network, as {@link #nearness} tells it apart. */
    boolean isNear(int peer, int nearness) {
        return (int) (pages[peer >>> SHIFT][at(peer) + 1] >>> 32) == nearness;
    }

    /** Half of the bits of a mixed network number: two are hardly ever taken for one, and no harm is done then. */
    static int nearness(long network) {
        return (int) Mixing.mix(network);
    }

    /** The step that a time belongs to, as the other methods take it. */
    static int step(long nanos) {
        return (int) Math.floorDiv(nanos, STEP_NANOS);
    }

    /** How many downloads a peer probably serves: what it said, and what was handed out since. */
    float load(int peer, int step) {
        long word = word(peer);
        float handedOut = Float.intBitsToFloat((int) word);
        int uploads = (int) (word >>> UPLOADS_SHIFT) & 0xffff;
        if (handedOut == 0) {
            return uploads;
        }
        int passed = Math.max(0, step - (int) pages[peer >>> SHIFT][at(peer) + 1]);
        return passed >= LEFT.length ? uploads : uploads + handedOut * LEFT[passed];
    }

    /** Somebody was told of a peer and will probably download from it. */
    void handOut(int peer, int step) {
        float handedOut = load(peer, step) - uploads(peer) + 1;
        put(peer, (word(peer) & ~0xffffffffL) | (Float.floatToRawIntBits(handedOut) & 0xffffffffL));
        long[] page = pages[peer >>> SHIFT];
        page[at(peer) + 1] = (page[at(peer) + 1] & ~0xffffffffL) | (step & 0xffffffffL);
    }

    /** A peer says how many downloads it serves: what was handed out before is in there, or came to nothing. */
    void report(int peer, int runningUploads) {
        long uploads = Math.clamp(runningUploads, 0, 0xffff);
        put(peer, (long) flags(peer) << FLAGS_SHIFT | uploads << UPLOADS_SHIFT);
    }

    /** What a peer said last of how many downloads it serves. */
    int uploads(int peer) {
        return (int) (word(peer) >>> UPLOADS_SHIFT) & 0xffff;
    }

    /** A peer that starts anew under another number takes its load along. */
    void take(int peer, int before) {
        long low = (1L << FLAGS_SHIFT) - 1;
        put(peer, (word(peer) & ~low) | (word(before) & low));
        long[] page = pages[peer >>> SHIFT];
        long step = pages[before >>> SHIFT][at(before) + 1] & 0xffffffffL;
        page[at(peer) + 1] = (page[at(peer) + 1] & ~0xffffffffL) | step;
    }

    private long word(int peer) {
        return pages[peer >>> SHIFT][at(peer)];
    }

    private void put(int peer, long word) {
        pages[peer >>> SHIFT][at(peer)] = word;
    }

    private static int at(int peer) {
        return (peer & MASK) * WORDS;
    }
}
