package dev.shoal.protocol;

import dev.shoal.content.ContentId;

/**
 * A digest of a set of contents that both sides keep up to date with every single change: the exclusive or of the first
 * 16 bytes of each root, the length added to the second half by exclusive or. It finds differences between two parties
 * that mean well; it protects nothing. Mutable; for one thread at a time.
 */
public final class RegistrationDigest {

    private long high;
    private long low;
    private int count;

    /** Takes a content that was not in the set. */
    public void add(ContentId content) {
        mix(content);
        count++;
    }

    /** Takes a content out that was in the set. */
    public void remove(ContentId content) {
        mix(content);
        count--;
    }

    /** First eight bytes. */
    public long high() {
        return high;
    }

    /** Last eight bytes. */
    public long low() {
        return low;
    }

    /** How many contents are in the set. */
    public int count() {
        return count;
    }

    private void mix(ContentId content) {
        high ^= content.root().word0();
        low ^= content.root().word1() ^ content.length();
    }
}
