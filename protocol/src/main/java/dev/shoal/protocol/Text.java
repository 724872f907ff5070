package dev.shoal.protocol;

import java.nio.charset.StandardCharsets;

/** Text within the limits of its fields. */
public final class Text {

    private Text() {}

    /** The longest start of a text that fits into so many bytes of UTF-8, without half a character at its end. */
    public static String limit(String text, int maxBytes) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= maxBytes) {
            return text;
        }
        int end = 0;
        int bytes = 0;
        while (end < text.length()) {
            int letter = text.codePointAt(end);
            bytes += letter < 0x80 ? 1 : letter < 0x800 ? 2 : letter < 0x10000 ? 3 : 4;
            if (bytes > maxBytes) {
                break;
            }
            end += Character.charCount(letter);
        }
        return text.substring(0, end);
    }
}
