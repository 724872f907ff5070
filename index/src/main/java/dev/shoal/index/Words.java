package dev.shoal.index;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts text into the words that a search compares: letters and digits, in lower case, without diacritics, everything
 * else separates. A letter of a script that writes words without spaces is a word of its own. Pure.
 */
final class Words {

    /** More words of a query are not looked at: names have at most 255 bytes. */
    static final int MAX_WORDS = 16;

    /** Of words up to this length, the search engine keeps every beginning by itself. */
    static final int SHORT = 4;

    private Words() {}

    /** Whether the word is at most {@link #SHORT} letters long. */
    static boolean isShort(String word) {
        return word.codePointCount(0, word.length()) <= SHORT;
    }

    /** The words of a text, in order. */
    static List<String> of(String text) {
        return first(text, Integer.MAX_VALUE);
    }

    /** The first words of a text, so many at most: some letters become several words each. */
    static List<String> first(String text, int most) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < folded.length() && words.size() < most; ) {
            int letter = folded.codePointAt(i);
            i += Character.charCount(letter);
            if (isMark(letter)) {
                continue;
            }
            boolean alone = Character.isIdeographic(letter) || isKana(letter);
            if (alone || !Character.isLetterOrDigit(letter)) {
                finish(word, words);
            }
            if (Character.isLetterOrDigit(letter)) {
                word.appendCodePoint(letter);
            }
            if (alone) {
                finish(word, words);
            }
        }
        finish(word, words);
        return words.size() <= most ? words : words.subList(0, most);
    }

    /** The words of a text with a space between them. */
    static String joined(String text) {
        return String.join(" ", of(text));
    }

    private static void finish(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static boolean isMark(int letter) {
        int type = Character.getType(letter);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }

    private static boolean isKana(int letter) {
        Character.UnicodeScript script = Character.UnicodeScript.of(letter);
        return script == Character.UnicodeScript.HIRAGANA || script == Character.UnicodeScript.KATAKANA;
    }
}
