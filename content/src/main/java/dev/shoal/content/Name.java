package dev.shoal.content;

import java.nio.charset.StandardCharsets;

/**
 * The human name of a content: {@code owner/path}. The first component belongs to whoever registered it first. The
 * text is a safe path in Unicode's normal form C, of at least two components and at most 255 bytes. Immutable.
 *
 * @param text the whole name
 */
public record Name(String text) implements Comparable<Name> {

    /** The longest name in bytes of UTF-8, so that its length fits a byte on the wire. */
    public static final int MAX_BYTES = 255;

    /** The longest owner in bytes of UTF-8. */
    public static final int MAX_OWNER_BYTES = 64;

    /**
     * Checks the rules.
     *
     * @throws InvalidNameException when the text breaks one
     */
    public Name {
        text = SafePath.check(text);
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new InvalidNameException("the name \"" + text + "\" has no owner: names look like owner/file");
        }
        checkOwner(text.substring(0, slash));
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new InvalidNameException("the name \"" + text + "\" is longer than " + MAX_BYTES + " bytes");
        }
    }

    /**
     * Checks a first component alone and returns it in normal form.
     *
     * @throws InvalidNameException when it cannot own names
     */
    public static String checkOwner(String owner) {
        String normal = SafePath.check(owner);
        if (normal.indexOf('/') >= 0) {
            throw new InvalidNameException("an owner has no slash: \"" + normal + "\"");
        }
        if (normal.getBytes(StandardCharsets.UTF_8).length > MAX_OWNER_BYTES) {
            throw new InvalidNameException("an owner has at most " + MAX_OWNER_BYTES + " bytes: \"" + normal + "\"");
        }
        return normal;
    }

    /** The first component. */
    public String owner() {
        return text.substring(0, text.indexOf('/'));
    }

    /** The last component: what a downloaded file is called when nothing else is said. */
    public String fileName() {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    @Override
    public int compareTo(Name other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
