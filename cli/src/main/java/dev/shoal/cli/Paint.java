package dev.shoal.cli;

/**
 * Colours and weight of text on a terminal (ECMA-48, "select graphic rendition"). Immutable.
 *
 * @param isOn whether to paint at all
 */
record Paint(boolean isOn) {

    /** Leaves text as it is. */
    static final Paint NONE = new Paint(false);

    String bold(String text) {
        return painted("1", text);
    }

    String dim(String text) {
        return painted("2", text);
    }

    String red(String text) {
        return painted("31", text);
    }

    String green(String text) {
        return painted("32", text);
    }

    String yellow(String text) {
        return painted("33", text);
    }

    private String painted(String code, String text) {
        return isOn && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
