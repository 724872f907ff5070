package dev.shoal.cli;

/**
 * What one check of the set-up found. Immutable.
 *
 * @param check what was looked at, a few words
 * @param state how it is
 * @param sentence what was found and, when it is not well, what to do
 */
record Finding(String check, State state, String sentence) {

    /** How a part of the set-up is. */
    enum State {
        /** As it should be. */
        OK,
        /** Works, but not as well as it could. */
        WARNING,
        /** Something will not work. */
        PROBLEM
    }

    static Finding ok(String check, String sentence) {
        return new Finding(check, State.OK, sentence);
    }

    static Finding warning(String check, String sentence) {
        return new Finding(check, State.WARNING, sentence);
    }

    static Finding problem(String check, String sentence) {
        return new Finding(check, State.PROBLEM, sentence);
    }
}
