package dev.shoal.transport;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 (RFC 2104), whole or shortened, and its comparison in constant time. */
public final class Proof {

    /** Length of a whole HMAC-SHA256 in bytes. */
    public static final int BYTES = 32;

    /** Length of a shortened one in bytes. */
    public static final int SHORT_BYTES = 16;

    private Proof() {}

    /** HMAC-SHA256 of the parts, one after the other. */
    public static byte[] of(byte[] key, ByteBuffer... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (ByteBuffer part : parts) {
                mac.update(part.duplicate());
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }

    /** The first 16 bytes of {@link #of}. */
    public static byte[] shortOf(byte[] key, ByteBuffer... parts) {
        return Arrays.copyOf(of(key, parts), SHORT_BYTES);
    }

    /** Compares without telling by the time where a difference is. */
    public static boolean equal(byte[] expected, byte[] found) {
        return MessageDigest.isEqual(expected, found);
    }
}
