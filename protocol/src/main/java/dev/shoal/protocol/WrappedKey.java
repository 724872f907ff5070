package dev.shoal.protocol;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The private key of an account as an index keeps it: sealed by AES-256-GCM under a key that the index does not know.
 * Layout: nonce (12), sealed scalar (32), tag (16). Immutable.
 */
public final class WrappedKey {

    /** Length in bytes. */
    public static final int BYTES = 60;

    private final byte[] bytes;

    private WrappedKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * From exactly 60 bytes.
     *
     * @throws IllegalArgumentException when there are more or fewer
     */
    public static WrappedKey of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a wrapped key has " + BYTES + " bytes, not " + bytes.length);
        }
        return new WrappedKey(bytes.clone());
    }

    static WrappedKey decode(WireReader in) {
        return new WrappedKey(in.bytes("wrapped key", BYTES));
    }

    /** The bytes in a new array. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WrappedKey key && MessageDigest.isEqual(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "WrappedKey[not shown]";
    }
}
