package dev.shoal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What {@code share} at the prompt means: one file, perhaps with a name; several files with commas between; or, as
 * older programs had it, their number before them. Immutable.
 *
 * @param files paths as they were typed
 * @param name the name for a single file; null for its own
 */
record ShellFiles(List<String> files, @Nullable String name) {

    private static final int MOST_DIGITS = 4;

    /**
     * Reads the words after the verb.
     *
     * @param exists whether a file has this path
     * @throws dev.shoal.peer.PeerException with reason USAGE when they make no sense
     */
    static ShellFiles of(List<String> words, Predicate<String> exists) {
        if (words.isEmpty()) {
            throw Mistake.usage("Say which file: " + ShellVerb.REGISTER.usage() + ".");
        }
        boolean counted = words.size() > 1 && isNumber(words.getFirst()) && !exists.test(words.getFirst());
        List<String> rest = counted ? words.subList(1, words.size()) : words;
        List<String> files = withoutCommas(rest, exists);
        if (counted && files.size() != Integer.parseInt(words.getFirst())) {
            throw Mistake.usage("You announced " + words.getFirst() + " files and named " + files.size() + ".");
        }
        boolean listed = counted || !files.equals(rest) || rest.stream().allMatch(exists);
        if (listed || files.size() == 1) {
            return new ShellFiles(files, null);
        }
        if (files.size() == 2) {
            return new ShellFiles(List.of(files.get(0)), files.get(1));
        }
        throw Mistake.usage("Several files have commas between them: share FILE, FILE, FILE.");
    }

    /** Commas at the end of a word or alone separate, unless a file is called so. */
    private static List<String> withoutCommas(List<String> words, Predicate<String> exists) {
        List<String> files = new ArrayList<>();
        for (String word : words) {
            if (exists.test(word)) {
                files.add(word);
            } else {
                for (String part : word.split(",", -1)) {
                    if (!part.isEmpty()) {
                        files.add(part);
                    }
                }
            }
        }
        return files;
    }

    private static boolean isNumber(String word) {
        return word.length() <= MOST_DIGITS && word.chars().allMatch(letter -> letter >= '0' && letter <= '9');
    }
}
