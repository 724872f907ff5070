package dev.shoal.transport;

import dev.shoal.content.Base32;
import dev.shoal.content.Hash;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * What a person writes down at sign-up and types when all devices are gone, or is given as an invitation: 80 random
 * bits, as four groups of four digits in base 32. Immutable.
 */
public final class RecoveryCode {

    /** How many an account gets: enough to lose some, few enough to write down. */
    public static final int USUAL_COUNT = 8;

    /** Length in bytes: more than anybody can try. */
    static final int BYTES = 10;

    private static final int DIGITS = 16;
    private static final int GROUP = 4;

    private final byte[] bytes;

    private RecoveryCode(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A new one. */
    public static RecoveryCode random(RandomGenerator secure) {
        byte[] bytes = new byte[BYTES];
        secure.nextBytes(bytes);
        return new RecoveryCode(bytes);
    }

    /**
     * Reads what a person typed: in either case, with any spaces and hyphens, and with the digits 0, 1 and 8, which
     * base 32 leaves out, for the letters that they look like.
     *
     * @throws IllegalArgumentException with a sentence that helps, which does not repeat the code
     */
    public static RecoveryCode parse(String typed) {
        StringBuilder digits = new StringBuilder(DIGITS);
        for (int letter : typed.toLowerCase(Locale.ROOT).codePoints().toArray()) {
            if (letter == '-' || Character.isWhitespace(letter) || Character.isSpaceChar(letter)) {
                continue;
            }
            digits.appendCodePoint(
                    switch (letter) {
                        case '0' -> 'o';
                        case '1' -> 'l';
                        case '8' -> 'b';
                        default -> letter;
                    });
        }
        int count = digits.codePointCount(0, digits.length());
        if (count != DIGITS) {
            throw new IllegalArgumentException("A recovery code has " + DIGITS + " letters and digits, and this has "
                    + count + ". Type it as it was shown at sign-up.");
        }
        try {
            return new RecoveryCode(Base32.decode(digits.toString()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "A recovery code has the letters a to z and the digits 2 to 7 only. Type it as it was shown at"
                            + " sign-up.",
                    e);
        }
    }

    /** SHA-256 of it: what an index keeps of a code that invites somebody. */
    public Hash hash() {
        try {
            return Hash.of(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** How it is shown: {@code abcd-efgh-ijkl-mnop}. */
    public String text() {
        String digits = Base32.encode(bytes);
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < DIGITS; at += GROUP) {
            text.append(at == 0 ? "" : "-").append(digits, at, at + GROUP);
        }
        return text.toString();
    }

    byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecoveryCode code && MessageDigest.isEqual(bytes, code.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Not the code: see {@link #text}. */
    @Override
    public String toString() {
        return "RecoveryCode[not shown]";
    }
}
