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
 * @param isMixed whether it has letters of scripts, or digits, that are not written together
 */
record Look(String plain, String folded, boolean isMixed) {

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
        return new Look(
                Checker.ALL.getSkeleton(text),
                Checker.ALL.getSkeleton(UCharacter.foldCase(text, true)),
                Checker.ALL.failsChecks(text));
    }
}
