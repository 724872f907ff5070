package dev.shoal.index;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.SpoofChecker;

/**
 * What a name looks like to people (Unicode Technical Standard 39): two that have the same skeleton can be taken for
 * one another, as can those that differ in case only. The tables behind it are loaded at the first use, which takes a
 * tenth of a second. Immutable.
 *
 * @param plain skeleton of the text as it is
 * @param folded skeleton of the text without regard to case
 * @param deep skeleton of the skeleton without regard to case, and so on until it stays the same: {@code PauI} has the
 *     skeleton {@code Paul}, which is {@code paul} but for case, and the other two do not say so
 * @param isMixed whether it has letters of scripts, or digits, that are not written together
 */
record Look(String plain, String folded, String deep, boolean isMixed) {

    /** It stays the same after one or two; nobody has shown that it always does. */
    private static final int MAX_FOLDS = 8;

    /** Loaded when it is first needed. */
    private static final class Checker {

        /** Latin with Han and kana, or with Hangul, or with Bopomofo is how people write; other mixtures are not. */
        static final SpoofChecker ALL = new SpoofChecker.Builder()
                .setChecks(SpoofChecker.RESTRICTION_LEVEL | SpoofChecker.MIXED_NUMBERS)
                .setRestrictionLevel(SpoofChecker.RestrictionLevel.HIGHLY_RESTRICTIVE)
                .build();
    }

    /** Of an account's name, or of a first component. */
    static Look of(String text) {
        String plain = Checker.ALL.getSkeleton(text);
        return new Look(plain, folded(text), deep(plain), Checker.ALL.failsChecks(text));
    }

    /** Whether one can be taken for the other. */
    boolean isLike(Look other) {
        return plain.equals(other.plain) || folded.equals(other.folded) || deep.equals(other.deep);
    }

    private static String folded(String text) {
        return Checker.ALL.getSkeleton(UCharacter.foldCase(text, true));
    }

    private static String deep(String plain) {
        String deep = plain;
        for (int i = 0; i < MAX_FOLDS; i++) {
            String next = folded(deep);
            if (next.equals(deep)) {
                break;
            }
            deep = next;
        }
        return deep;
    }
}
