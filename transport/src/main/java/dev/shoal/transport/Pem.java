package dev.shoal.transport;

import java.io.IOException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text (RFC 7468). Pure functions. */
public final class Pem {

    private static final int LINE_CHARACTERS = 64;

    private Pem() {}

    /** The lines of one object. */
    public static String encode(String label, byte[] der) {
        String lines = Base64.getMimeEncoder(LINE_CHARACTERS, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    /**
     * The first object with a label in a text.
     *
     * @throws IOException when there is none, or what is there is no object; the message does not repeat it
     */
    public static byte[] decode(String label, String text) throws IOException {
        Matcher matcher = Pattern.compile("-----BEGIN " + label + "-----([^-]*)-----END " + label + "-----")
                .matcher(text);
        if (!matcher.find()) {
            throw new IOException("it has no " + label);
        }
        try {
            return Base64.getMimeDecoder().decode(matcher.group(1));
        } catch (IllegalArgumentException e) {
            throw new IOException("its " + label + " is damaged", e);
        }
    }
}
