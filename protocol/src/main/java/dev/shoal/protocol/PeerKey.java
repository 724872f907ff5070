package dev.shoal.protocol;

import dev.shoal.content.Hash;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A public key on the curve P-256, as its uncompressed point of 65 bytes (SEC 1, section 2.3.3): 0x04, x, y. Immutable.
 */
public final class PeerKey {

    /** Length of an encoded key in bytes. */
    public static final int BYTES = 65;

    /** Length of a signature in bytes: r and s of 32 bytes each (IEEE P1363). */
    public static final int SIGNATURE_BYTES = 64;

    private static final String SIGNATURE_ALGORITHM = "SHA256withECDSA";

    /** What stands before the point in the SubjectPublicKeyInfo of every key on P-256 (RFC 5480). */
    private static final byte[] INFO_PREFIX =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

    private final byte[] point;

    private PeerKey(byte[] point) {
        this.point = point;
    }

    /**
     * From the 65 bytes of the point. Whether the point is on the curve shows when the key is used.
     *
     * @throws IllegalArgumentException when the length or the first byte is another
     */
    public static PeerKey of(byte[] point) {
        if (point.length != BYTES || point[0] != 4) {
            throw new IllegalArgumentException("a key is 65 bytes that start with 4");
        }
        return new PeerKey(point.clone());
    }

    /**
     * From a key of the JDK.
     *
     * @throws IllegalArgumentException when it is not on P-256
     */
    public static PeerKey of(PublicKey key) {
        byte[] info = key.getEncoded();
        if (info.length != INFO_PREFIX.length + BYTES
                || !Arrays.equals(info, 0, INFO_PREFIX.length, INFO_PREFIX, 0, INFO_PREFIX.length)) {
            throw new IllegalArgumentException("a key is on the curve P-256, this one is " + key.getAlgorithm());
        }
        return of(Arrays.copyOfRange(info, INFO_PREFIX.length, info.length));
    }

    /** The 65 bytes of the point in a new array. */
    public byte[] toBytes() {
        return point.clone();
    }

    /** The id of the peer that holds the private half. */
    public PeerId id() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(INFO_PREFIX);
            return new PeerId(Hash.of(sha256.digest(point)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whether the holder of the private half signed the data; false for anything that is no signature or no key. */
    public boolean verifies(byte[] data, byte[] signature) {
        try {
            Signature check = Signature.getInstance(SIGNATURE_ALGORITHM);
            check.initVerify(publicKey());
            check.update(data);
            return check.verify(SignatureForm.toDer(signature));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * Signs data with a private key on P-256: 64 bytes.
     *
     * @throws IllegalArgumentException when the key is of another kind
     */
    public static byte[] sign(byte[] data, PrivateKey key) {
        try {
            Signature signer = Signature.getInstance(SIGNATURE_ALGORITHM);
            signer.initSign(key);
            signer.update(data);
            return SignatureForm.fromDer(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key cannot sign", e);
        }
    }

    private PublicKey publicKey() throws GeneralSecurityException {
        byte[] info = Arrays.copyOf(INFO_PREFIX, INFO_PREFIX.length + BYTES);
        System.arraycopy(point, 0, info, INFO_PREFIX.length, BYTES);
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(info));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerKey key && Arrays.equals(point, key.point);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(point);
    }

    @Override
    public String toString() {
        return id().toString();
    }
}
