package dev.shoal.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * What the id of an audience follows from, together with the key of the account whose it is: 16 random bytes. So an id
 * can be one account's only, also after the index has forgotten it, and whoever was a reader and knows it can not make
 * it his own to let himself in again. Immutable.
 */
public record AudienceSeed(long high, long low) {

    private static final byte[] PREFIX = "shoal audience\n".getBytes(StandardCharsets.US_ASCII);

    /** A new one. */
    public static AudienceSeed random(RandomGenerator secure) {
        return new AudienceSeed(secure.nextLong(), secure.nextLong());
    }

    /** The id: the first 16 bytes of the SHA-256 of "shoal audience\n", the account's key and these bytes. */
    public AudienceId audience(PeerKey account) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(PREFIX);
            digest.update(account.toBytes());
            return AudienceId.of(digest.digest(bytes().toBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static AudienceSeed decode(WireReader in) {
        return new AudienceSeed(in.i64("seed"), in.i64("seed"));
    }

    void encode(WireWriter out) {
        out.i64(high).i64(low);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes().toBytes());
    }

    private AudienceId bytes() {
        return new AudienceId(high, low);
    }
}
