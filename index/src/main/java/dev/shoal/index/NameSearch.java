package dev.shoal.index;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds and ranks the names that match a text: the name itself, then names of the same words, then names whose last
 * component has the same words, then names that have all of the words, then names that have words which begin so;
 * among equals, shorter names first. Where every word has to match and names hardly repeat one, that is the order of
 * BM25, and it needs no count of all the names that have a frequent word. Work is bounded: at most
 * {@link Names#MAX_MATCHES} rows a step, the latest made ones of more. Without state.
 */
final class NameSearch {

    private enum Rank {
        SAME_TEXT,
        SAME_WORDS,
        SAME_FILE,
        WHOLE_WORDS,
        BEGINNINGS
    }

    private record Match(NameRow row, Rank rank, int words) {}

    private static final Comparator<Match> BEST_FIRST = Comparator.comparing(Match::rank)
            .thenComparingInt(Match::words)
            .thenComparing(match -> match.row().name().text(), OnlineNames.BYTE_ORDER);

    /** A shorter beginning matches too much to be worth looking at. */
    private static final int MIN_BEGINNING = 2;

    /** How many of the words that have a longer beginning are looked for. */
    private static final int MAX_LONGER = 32;

    private NameSearch() {}

    /** The best matches, best first. */
    static List<NameRow> search(NameTables tables, String text) {
        List<String> words = Words.of(text);
        if (words.size() > Words.MAX_WORDS) {
            words = words.subList(0, Words.MAX_WORDS);
        }
        if (words.isEmpty()) {
            return List.of();
        }
        String joined = String.join(" ", words);
        Map<String, Match> matches = new LinkedHashMap<>();
        tables.exact(Normalizer.normalize(text.strip(), Normalizer.Form.NFC))
                .ifPresent(row -> put(matches, row, joined, Rank.SAME_TEXT));
        tables.withFile(joined, Names.MAX_MATCHES).forEach(row -> put(matches, row, joined, Rank.SAME_FILE));
        tables.matching(wholeWords(words), Names.MAX_MATCHES)
                .forEach(row -> put(matches, row, joined, Rank.WHOLE_WORDS));
        if (matches.size() < Names.MAX_MATCHES) {
            beginnings(tables, words)
                    .ifPresent(expression -> tables.matching(expression, Names.MAX_MATCHES)
                            .forEach(row -> put(matches, row, joined, Rank.BEGINNINGS)));
        }
        List<Match> ranked = new ArrayList<>(matches.values());
        ranked.sort(BEST_FIRST);
        return ranked.stream().limit(Names.MAX_MATCHES).map(Match::row).toList();
    }

    /**
     * The best of what a search found and of names that were not searched, best first. Of these, those count that match
     * in the same ways.
     */
    static List<NameRow> merged(List<NameRow> found, ReadableLists others, String text) {
        List<String> words = Words.of(text);
        List<String> looked = words.subList(0, Math.min(words.size(), Words.MAX_WORDS));
        List<NameRow> candidates = others.candidates(Normalizer.normalize(text.strip(), Normalizer.Form.NFC), looked);
        if (candidates.isEmpty()) {
            return found;
        }
        List<Match> ranked = new ArrayList<>();
        for (NameRow row : found) {
            ranked.add(new Match(row, rank(row, text, looked).orElse(Rank.BEGINNINGS), count(row)));
        }
        for (NameRow row : candidates) {
            rank(row, text, looked).ifPresent(rank -> ranked.add(new Match(row, rank, count(row))));
        }
        ranked.sort(BEST_FIRST);
        return ranked.stream().limit(Names.MAX_MATCHES).map(Match::row).toList();
    }

    private static int count(NameRow row) {
        return Words.of(row.name().text()).size();
    }

    private static Optional<Rank> rank(NameRow row, String text, List<String> words) {
        String name = row.name().text();
        List<String> has = Words.of(name);
        if (name.equals(Normalizer.normalize(text.strip(), Normalizer.Form.NFC))) {
            return Optional.of(Rank.SAME_TEXT);
        }
        if (has.equals(words)) {
            return Optional.of(Rank.SAME_WORDS);
        }
        if (Words.of(row.name().fileName()).equals(words)) {
            return Optional.of(Rank.SAME_FILE);
        }
        if (has.containsAll(words)) {
            return Optional.of(Rank.WHOLE_WORDS);
        }
        boolean begin = words.stream()
                .allMatch(word -> has.stream()
                        .anyMatch(one -> word.length() < MIN_BEGINNING ? one.equals(word) : one.startsWith(word)));
        return begin ? Optional.of(Rank.BEGINNINGS) : Optional.empty();
    }

    /** The first step that finds a name is the best one for it. */
    private static void put(Map<String, Match> matches, NameRow row, String joined, Rank rank) {
        String name = row.name().text();
        if (!matches.containsKey(name)) {
            List<String> words = Words.of(name);
            boolean same = rank != Rank.SAME_TEXT && String.join(" ", words).equals(joined);
            matches.put(name, new Match(row, same ? Rank.SAME_WORDS : rank, words.size()));
        }
    }

    /** Words have letters and digits only, so that in quotes nothing of them is syntax. */
    private static String wholeWords(List<String> words) {
        return words.stream().map(NameSearch::quoted).collect(Collectors.joining(" AND "));
    }

    /** Empty when a word is the beginning of none. */
    private static Optional<String> beginnings(NameTables tables, List<String> words) {
        List<String> all = new ArrayList<>(words.size());
        for (String word : words) {
            if (word.length() < MIN_BEGINNING) {
                all.add(quoted(word));
            } else if (Words.isShort(word)) {
                all.add(quoted(word) + "*");
            } else {
                List<String> longer = tables.wordsFrom(word, MAX_LONGER);
                if (longer.isEmpty()) {
                    return Optional.empty();
                }
                all.add(longer.stream().map(NameSearch::quoted).collect(Collectors.joining(" OR ", "(", ")")));
            }
        }
        return Optional.of(String.join(" AND ", all));
    }

    private static String quoted(String word) {
        return '"' + word + '"';
    }
}
