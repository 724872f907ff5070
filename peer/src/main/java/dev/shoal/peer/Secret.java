package dev.shoal.peer;

import java.text.Normalizer;

/**
 * A password or a recovery code as it was typed. Shown nowhere: not in errors, and not in what an exception says of the
 * request that holds it. Immutable.
 *
 * @param text what was typed
 */
public record Secret(String text) {

    /** The shortest password: shorter ones are in every list that is tried first. */
    public static final int MIN_PASSWORD_CHARACTERS = 8;

    /** Longer than any sentence that somebody remembers; an answer that is no password ends somewhere. */
    public static final int MAX_CHARACTERS = 1_000;

    /** Stands where bytes were that are no character. */
    private static final char NO_CHARACTER = '\uFFFD';

    /**
     * Checks the length, and that it could be read.
     *
     * @throws PeerException with reason NOT_ALLOWED when it is empty, was not UTF-8, or is longer than
     *     {@link #MAX_CHARACTERS}
     */
    public Secret {
        if (text.isEmpty()) {
            throw refused("Nothing was typed, so that nothing was done.");
        }
        if (text.indexOf(NO_CHARACTER) >= 0) {
            throw refused("This is not UTF-8, so that other passwords would be taken for it. Write it in UTF-8.");
        }
        if (text.length() > MAX_CHARACTERS) {
            throw refused("This has " + text.length() + " characters, and a password has at most " + MAX_CHARACTERS
                    + ". Choose a shorter one.");
        }
    }

    /**
     * A password that is to be one from now on.
     *
     * @throws PeerException with reason NOT_ALLOWED when it is too short or too long
     */
    public static Secret newPassword(String text) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
        int characters = normal.codePointCount(0, normal.length());
        if (characters < MIN_PASSWORD_CHARACTERS) {
            throw refused("This password has " + (characters == 1 ? "1 character" : characters + " characters")
                    + ", and it takes at least " + MIN_PASSWORD_CHARACTERS
                    + ". Some words in a row are easy to remember and hard to guess.");
        }
        return new Secret(text);
    }

    private static PeerException refused(String message) {
        return new PeerException(PeerException.Reason.NOT_ALLOWED, message);
    }

    @Override
    public String toString() {
        return "Secret[not shown]";
    }
}
