package dev.shoal.index;

import dev.shoal.protocol.AccountProof;
import dev.shoal.transport.Argon2;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an index keeps of a password: Argon2id of its proof, with a random salt. It is written in the form of the
 * password hashing competition, {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}, so that the cost can change while old
 * ones stay good. Immutable.
 */
final class PasswordHash {

    private static final int SALT_BYTES = 16;

    private static final Pattern FORM =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,9}),t=(\\d{1,4}),p=1\\$([^$]{22})\\$([^$]{43})");

    private final Argon2.Cost cost;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(Argon2.Cost cost, byte[] salt, byte[] hash) {
        this.cost = cost;
        this.salt = salt;
        this.hash = hash;
    }

    /** Of a proof, at the cost of an {@link Argon2}. */
    static PasswordHash make(Argon2 argon2, AccountProof proof, RandomGenerator secure) {
        byte[] salt = new byte[SALT_BYTES];
        secure.nextBytes(salt);
        return new PasswordHash(argon2.cost(), salt, argon2.hash(proof.toBytes(), salt));
    }

    /** One that no proof matches, which takes as long to find out as with any other. */
    static PasswordHash ofNobody(Argon2.Cost cost, RandomGenerator secure) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] hash = new byte[Argon2.BYTES];
        secure.nextBytes(salt);
        secure.nextBytes(hash);
        return new PasswordHash(cost, salt, hash);
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException for anything else
     */
    static PasswordHash parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a stored password hash has another form");
        }
        Argon2.Cost cost = new Argon2.Cost(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        Base64.Decoder decoder = Base64.getDecoder();
        return new PasswordHash(cost, decoder.decode(matcher.group(3)), decoder.decode(matcher.group(4)));
    }

    /** Whether a proof is the one that this was made of. Always does the whole work. */
    boolean matches(Argon2 argon2, AccountProof proof) {
        Argon2 right = argon2.cost().equals(cost) ? argon2 : new Argon2(cost);
        return MessageDigest.isEqual(hash, right.hash(proof.toBytes(), salt));
    }

    /** How it is stored. */
    String text() {
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + cost.memoryKibibytes() + ",t=" + cost.passes() + ",p=1$"
                + encoder.encodeToString(salt) + "$" + encoder.encodeToString(hash);
    }

    @Override
    public String toString() {
        return "PasswordHash[not shown]";
    }
}
