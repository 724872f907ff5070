package dev.shoal.index;

import dev.shoal.protocol.Welcome;
import java.util.random.RandomGenerator;

/**
 * The secrets of one session. Never stored, never logged. Immutable.
 *
 * @param peerKey AES-128 key of what the peer sends
 * @param indexKey AES-128 key of what the index sends
 */
public record SessionKeys(byte[] peerKey, byte[] indexKey) {

    /** Fresh keys from a generator that nobody can predict. */
    public static SessionKeys fresh(RandomGenerator secure) {
        byte[] peerKey = new byte[Welcome.KEY_BYTES];
        byte[] indexKey = new byte[Welcome.KEY_BYTES];
        secure.nextBytes(peerKey);
        secure.nextBytes(indexKey);
        return new SessionKeys(peerKey, indexKey);
    }

    @Override
    public String toString() {
        return "SessionKeys[not shown]";
    }
}
