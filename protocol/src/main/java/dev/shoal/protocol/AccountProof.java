package dev.shoal.protocol;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What shows an index that somebody knows an account's password or one of its recovery codes: 32 bytes that follow from
 * it, and from which it does not follow. Whoever has the bytes can log in, so they are not shown. Immutable.
 */
public final class AccountProof {

    /** Length in bytes. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    private AccountProof(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * From exactly 32 bytes.
     *
     * @throws IllegalArgumentException when there are more or fewer
     */
    public static AccountProof of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a proof has " + BYTES + " bytes, not " + bytes.length);
        }
        return new AccountProof(bytes.clone());
    }

    static AccountProof decode(WireReader in, String field) {
        return new AccountProof(in.bytes(field, BYTES));
    }

    /** The bytes in a new array. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AccountProof proof && MessageDigest.isEqual(bytes, proof.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "AccountProof[not shown]";
    }
}
