package dev.shoal.content;

import java.util.Arrays;

/**
 * Base 32 of RFC 4648, section 6, in lower case and without padding: what identities look like to people, because it
 * survives shells, file names and being read aloud.
 */
public final class Base32 {

    private static final char[] DIGITS = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();
    private static final byte[] VALUES = new byte[128];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int value = 0; value < DIGITS.length; value++) {
            VALUES[DIGITS[value]] = (byte) value;
            VALUES[Character.toUpperCase(DIGITS[value])] = (byte) value;
        }
    }

    private Base32() {}

    /** Encodes all bytes; ⌈8·n/5⌉ characters. */
    public static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder((bytes.length * 8 + 4) / 5);
        int bits = 0;
        int held = 0;
        for (byte next : bytes) {
            held = (held << 8) | (next & 0xff);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(DIGITS[(held >>> bits) & 31]);
            }
        }
        if (bits > 0) {
            text.append(DIGITS[(held << (5 - bits)) & 31]);
        }
        return text.toString();
    }

    /**
     * Decodes text in either case.
     *
     * @throws IllegalArgumentException for a foreign character, an impossible length or bits that should be zero
     */
    public static byte[] decode(String text) {
        byte[] bytes = new byte[text.length() * 5 / 8];
        int bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            int value = digit < 128 ? VALUES[digit] : -1;
            if (value < 0) {
                throw new IllegalArgumentException("'" + digit + "' is not a base 32 digit");
            }
            held = (held << 5) | value;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes[at++] = (byte) (held >>> bits);
            }
        }
        if (bits >= 5 || (held & ((1 << bits) - 1)) != 0) {
            throw new IllegalArgumentException("not a whole number of bytes in base 32");
        }
        return bytes;
    }
}
