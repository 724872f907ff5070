package dev.shoal.content;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which relative paths may come from the network: those that stay inside the folder that they are put into, on every
 * system. A path is components joined by {@code /}; nothing else separates.
 */
public final class SafePath {

    /** Most file systems take 255 bytes a component. */
    public static final int MAX_COMPONENT_BYTES = 255;

    /** Device names of Windows, which are taken with any extension. */
    private static final Set<String> RESERVED = Set.of(
            "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
            "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    private SafePath() {}

    /**
     * Checks a path and returns it in Unicode's normal form C, so that equal names are equal bytes.
     *
     * @throws InvalidNameException for an absolute path, an empty component, {@code .} or {@code ..}, a backslash, a
     *     control character, a device name of Windows, or a component of more than 255 bytes
     */
    public static String check(String path) {
        String normal = Normalizer.normalize(path, Normalizer.Form.NFC);
        if (normal.isEmpty()) {
            throw new InvalidNameException("the path is empty");
        }
        if (normal.startsWith("/")) {
            throw refuse(path, "it is absolute");
        }
        for (String component : normal.split("/", -1)) {
            String reason = reasonAgainst(component);
            if (reason != null) {
                throw refuse(path, reason);
            }
        }
        return normal;
    }

    private static @Nullable String reasonAgainst(String component) {
        if (component.isEmpty()) {
            return "it has an empty component";
        }
        if (component.equals(".") || component.equals("..")) {
            return "it has the component \"" + component + "\"";
        }
        if (component.getBytes(StandardCharsets.UTF_8).length > MAX_COMPONENT_BYTES) {
            return "a component is longer than " + MAX_COMPONENT_BYTES + " bytes";
        }
        for (int letter : component.codePoints().toArray()) {
            if (letter == '\\') {
                return "it has a backslash";
            }
            if (isInvisible(letter)) {
                return "it has an invisible character";
            }
            if (Character.getType(letter) == Character.SURROGATE) {
                return "it is not valid Unicode";
            }
        }
        if (component.endsWith(" ") || component.endsWith(".")) {
            return "a component ends with a space or a dot";
        }
        int dot = component.indexOf('.');
        String stem = withoutSpaces(dot < 0 ? component : component.substring(0, dot));
        return RESERVED.contains(stem.toLowerCase(Locale.ROOT))
                ? "\"" + component + "\" is a device name on Windows"
                : null;
    }

    /** Windows sees no spaces, of U+0020 alone, at the end of a device's name. */
    private static String withoutSpaces(String stem) {
        int start = 0;
        int end = stem.length();
        while (start < end && stem.charAt(start) == ' ') {
            start++;
        }
        while (start < end && stem.charAt(end - 1) == ' ') {
            end--;
        }
        return stem.substring(start, end);
    }

    /** Control and format characters, but for the joiners that writing systems and emoji need. */
    private static boolean isInvisible(int letter) {
        boolean joiner = letter == 0x200C || letter == 0x200D;
        return Character.isISOControl(letter) || (Character.getType(letter) == Character.FORMAT && !joiner);
    }

    private static InvalidNameException refuse(String path, String reason) {
        return new InvalidNameException("the path \"" + visible(path) + "\" is refused: " + reason);
    }

    /** The text with control characters replaced, so that a hostile name cannot drive a terminal. */
    public static String visible(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().map(letter -> isInvisible(letter) ? '\uFFFD' : letter).forEach(visible::appendCodePoint);
        return visible.toString();
    }
}
