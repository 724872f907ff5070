package dev.shoal.cli;

import java.util.ArrayList;
import java.util.List;

/** Cuts a line at the prompt into words, as shells do: blanks separate, quotes and backslashes hold together. */
final class ShellWords {

    private ShellWords() {}

    /**
     * The words of a line.
     *
     * @throws dev.shoal.peer.PeerException with reason USAGE when a quote is not closed
     */
    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char letter = line.charAt(i);
            if (letter == '\\' && quote != '\'' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                if (letter == quote) {
                    quote = 0;
                } else {
                    word.append(letter);
                }
            } else if (letter == '"' || letter == '\'') {
                quote = letter;
                inWord = true;
            } else if (!Character.isWhitespace(letter)) {
                word.append(letter);
                inWord = true;
            } else if (inWord) {
                words.add(word.toString());
                word.setLength(0);
                inWord = false;
            }
        }
        if (quote != 0) {
            throw Mistake.usage("A quote is opened and not closed.");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
