package dev.shoal.content;

import java.text.Normalizer;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which paths of a folder are wanted: those that an including pattern matches, or all where there is none, without
 * those that an excluding one matches. {@code *} and {@code ?} stand for anything but a slash, {@code **} for anything.
 * A pattern without a slash matches a component at any depth, one with a slash the path from the folder on; what
 * matches a folder matches everything in it. Immutable.
 *
 * @param include what is wanted; empty for everything
 * @param exclude what is not
 */
public record PathPatterns(List<String> include, List<String> exclude) {

    /** Everything. */
    public static final PathPatterns ALL = new PathPatterns(List.of(), List.of());

    /** The most patterns: each is tried on each path. */
    public static final int MAX_PATTERNS = 1000;

    /** Copies the lists, and checks how long they are. */
    public PathPatterns {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        if (include.size() + exclude.size() > MAX_PATTERNS) {
            throw new IllegalArgumentException("at most " + MAX_PATTERNS + " patterns are possible");
        }
    }

    /** Whether every path is wanted. */
    public boolean isAll() {
        return include.isEmpty() && exclude.isEmpty();
    }

    /** The patterns, ready to be tried. */
    public Matcher matcher() {
        return new Matcher(
                include.stream().map(PathPatterns::compile).toList(),
                exclude.stream().map(PathPatterns::compile).toList());
    }

    /** Tries paths. */
    public static final class Matcher {
        private final List<Pattern> include;
        private final List<Pattern> exclude;

        private Matcher(List<Pattern> include, List<Pattern> exclude) {
            this.include = include;
            this.exclude = exclude;
        }

        /** Whether a path is wanted. */
        public boolean wants(String path) {
            return (include.isEmpty() || matches(include, path)) && !matches(exclude, path);
        }

        private static boolean matches(List<Pattern> patterns, String path) {
            for (Pattern pattern : patterns) {
                if (pattern.matcher(path).matches()) {
                    return true;
                }
            }
            return false;
        }
    }

    private static Pattern compile(String pattern) {
        // As the paths are: what looks alike is alike, however it was typed.
        String normal = Normalizer.normalize(pattern, Normalizer.Form.NFC);
        String trimmed = normal.endsWith("/") ? normal.substring(0, normal.length() - 1) : normal;
        boolean anchored = trimmed.indexOf('/') >= 0;
        String text = trimmed.startsWith("/") ? trimmed.substring(1) : trimmed;
        StringBuilder regex = new StringBuilder(anchored ? "" : "(?:.*/)?");
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int letter = text.codePointAt(at);
            if (text.startsWith("**/", at)) {
                regex.append("(?:.*/)?");
                at += 2;
            } else if (text.startsWith("**", at)) {
                regex.append(".*");
                at++;
            } else if (letter == '*') {
                regex.append("[^/]*");
            } else if (letter == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(Character.toString(letter)));
            }
        }
        return Pattern.compile(regex.append("(?:/.*)?").toString(), Pattern.DOTALL);
    }
}
