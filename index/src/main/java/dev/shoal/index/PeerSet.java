package dev.shoal.index;

import dev.shoal.protocol.PeerId;

/**
 * Peers of which it is only asked whether they are in here, by eight bytes of their ids: two with the same ones are
 * taken for each other, which nobody can bring about who does not try some billions of billions of keys. None is taken
 * out. Thread-safe.
 */
final class PeerSet {

    private static final int FIRST_SLOTS = 64;

    /** Open addressing; 0 where there is none. Ids are hashes, so that they are their own. */
    private long[] slots = new long[FIRST_SLOTS];

    private int count;

    /** Takes a peer in. */
    synchronized void add(PeerId peer) {
        if (2 * (count + 1) > slots.length) {
            grow();
        }
        if (insert(slots, word(peer))) {
            count++;
        }
    }

    /** Whether a peer was taken in. */
    synchronized boolean contains(PeerId peer) {
        long word = word(peer);
        int mask = slots.length - 1;
        for (int slot = (int) word & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
            if (slots[slot] == word) {
                return true;
            }
        }
        return false;
    }

    private void grow() {
        long[] larger = new long[2 * slots.length];
        for (long word : slots) {
            if (word != 0) {
                insert(larger, word);
            }
        }
        slots = larger;
    }

    private static boolean insert(long[] slots, long word) {
        int mask = slots.length - 1;
        int slot = (int) word & mask;
        while (slots[slot] != 0) {
            if (slots[slot] == word) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = word;
        return true;
    }

    private static long word(PeerId peer) {
        long word = peer.hash().word0();
        return word == 0 ? 1 : word;
    }
}
