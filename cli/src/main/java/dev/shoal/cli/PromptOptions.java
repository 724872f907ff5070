package dev.shoal.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words at a prompt, with the options among them set apart. Immutable.
 *
 * @param rest the words that are no options
 * @param flags the options without a value that were given
 * @param all the values of the others
 */
record PromptOptions(List<String> rest, List<String> flags, Map<String, List<String>> all) {

    /**
     * Reads words.
     *
     * @param lists options that a list follows, with commas between
     * @param flags options that stand alone
     * @throws dev.shoal.peer.PeerException with reason USAGE when a list is missing
     */
    static PromptOptions of(List<String> words, List<String> lists, List<String> flags) {
        return of(words, lists, List.of(), flags);
    }

    /**
     * Reads words.
     *
     * @param ones options that one value follows, as it is; each may be said several times
     */
    static PromptOptions of(List<String> words, List<String> lists, List<String> ones, List<String> flags) {
        List<String> rest = new ArrayList<>();
        List<String> given = new ArrayList<>();
        Map<String, List<String>> all = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String option = equals < 0 ? word : word.substring(0, equals);
            if (flags.contains(word)) {
                given.add(word);
            } else if (!lists.contains(option) && !ones.contains(option)) {
                rest.add(word);
            } else if (equals < 0 && i + 1 == words.size()) {
                throw Mistake.usage(
                        "Say what comes after " + option + (lists.contains(option) ? ", with commas between." : "."));
            } else {
                String value = equals < 0 ? words.get(++i) : word.substring(equals + 1);
                all.computeIfAbsent(option, fresh -> new ArrayList<>())
                        .addAll(ones.contains(option) ? List.of(value) : List.of(value.split(",", -1)));
            }
        }
        return new PromptOptions(List.copyOf(rest), List.copyOf(given), Map.copyOf(all));
    }

    /** The values of an option; none when it was not given. */
    List<String> values(String option) {
        return all.getOrDefault(option, List.of());
    }
}
