package dev.shoal.protocol;

import dev.shoal.content.Base32;
import dev.shoal.content.Hash;

/**
 * Who a peer or an index is: the SHA-256 of its public key in the form of a SubjectPublicKeyInfo (RFC 5280, section
 * 4.1.2.7). Immutable.
 *
 * @param hash the 32 bytes
 */
public record PeerId(Hash hash) implements Comparable<PeerId> {

    /** How many characters of the text form a fingerprint has: 160 bits, out of reach of a second pre-image. */
    public static final int FINGERPRINT_LENGTH = 32;

    /** What people and links see: the first 160 bits in base 32. */
    public String fingerprint() {
        return toString().substring(0, FINGERPRINT_LENGTH);
    }

    /** Whether a fingerprint, in either case, is this one's. */
    public boolean matches(String fingerprint) {
        return fingerprint().equalsIgnoreCase(fingerprint);
    }

    @Override
    public int compareTo(PeerId other) {
        return hash.compareTo(other.hash);
    }

    /** The text form: 52 characters of base 32. */
    @Override
    public String toString() {
        return Base32.encode(hash.toBytes());
    }
}
