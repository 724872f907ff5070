package dev.shoal.cli;

/** How many columns of a terminal a text takes, and texts that fit. Pure functions. */
final class TextWidth {

    private static final String ELLIPSIS = "…";

    /**
     * First and last letters of what takes two columns: East Asian wide and fullwidth letters and pictures, by the
     * Unicode standard, annex 11. Ranges are joined where what lies between is unassigned or rare.
     */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x231A, 0x231B, 0x23E9, 0x23EC, 0x2614, 0x2615, 0x2648, 0x2653, 0x26AA, 0x26AB, 0x26BD, 0x26BE,
        0x2705, 0x2705, 0x270A, 0x270B, 0x2728, 0x2728, 0x274C, 0x274C, 0x2753, 0x2755, 0x2795, 0x2797, 0x2B1B, 0x2B1C,
        0x2B50, 0x2B50, 0x2E80, 0x303E, 0x3041, 0xA4CF, 0xA960, 0xA97C, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE30, 0xFE6B,
        0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18DFF, 0x1AFF0, 0x1B2FB, 0x1F004, 0x1F004, 0x1F0CF, 0x1F0CF, 0x1F18E,
        0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F320, 0x1F32D, 0x1F64F, 0x1F680, 0x1F6FC, 0x1F7E0, 0x1F7EB, 0x1F90C,
        0x1F9FF, 0x1FA70, 0x1FAFF, 0x20000, 0x3FFFD
    };

    private TextWidth() {}

    /** Columns of a text without control characters. */
    static int of(String text) {
        return text.codePoints().map(TextWidth::of).sum();
    }

    /** The text, or its beginning and end around an ellipsis, in at most so many columns. */
    static String shortened(String text, int columns) {
        if (columns <= 0) {
            return "";
        }
        if (of(text) <= columns) {
            return text;
        }
        int tail = (columns - 1) / 2;
        return head(text, columns - 1 - tail) + ELLIPSIS + tail(text, tail);
    }

    /** The text, filled with blanks to so many columns. */
    static String padded(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - of(text)));
    }

    /** The text behind blanks, so many columns together. */
    static String paddedLeft(String text, int columns) {
        return " ".repeat(Math.max(0, columns - of(text))) + text;
    }

    private static String head(String text, int columns) {
        int end = 0;
        int width = 0;
        while (end < text.length()) {
            int letter = text.codePointAt(end);
            width += of(letter);
            if (width > columns) {
                break;
            }
            end += Character.charCount(letter);
        }
        return text.substring(0, end);
    }

    private static String tail(String text, int columns) {
        int start = text.length();
        int width = 0;
        while (start > 0) {
            int letter = text.codePointBefore(start);
            width += of(letter);
            if (width > columns) {
                break;
            }
            start -= Character.charCount(letter);
        }
        return text.substring(start);
    }

    private static int of(int letter) {
        if (letter < 0x300) {
            return 1;
        }
        int type = Character.getType(letter);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        for (int i = 0; i < WIDE.length; i += 2) {
            if (letter >= WIDE[i] && letter <= WIDE[i + 1]) {
                return 2;
            }
        }
        return 1;
    }
}
