package dev.shoal.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jline.builtins.Completers.FileNameCompleter;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes the prompt: verbs first, then names that were seen lately, or files. Runs on the reader's thread. */
final class ShellCompleter implements Completer {

    private final Supplier<List<String>> names;
    private final FileNameCompleter files = new FileNameCompleter();

    /** With a supplier of names that were seen. */
    ShellCompleter(Supplier<List<String>> names) {
        this.names = names;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (line.wordIndex() == 0) {
            for (ShellVerb verb : ShellVerb.values()) {
                verb.words().forEach(word -> candidates.add(new Candidate(word)));
            }
            return;
        }
        Optional<ShellVerb> verb = ShellVerb.of(line.words().getFirst());
        if (verb.isPresent() && takesFile(verb.get(), line.wordIndex())) {
            files.complete(reader, line, candidates);
        } else if (verb.isPresent() && takesName(verb.get())) {
            names.get().forEach(name -> candidates.add(new Candidate(name)));
        }
    }

    private static boolean takesFile(ShellVerb verb, int position) {
        return switch (verb) {
            case REGISTER -> true;
            case VERIFY -> position == 1;
            case DOWNLOAD, FOLLOW -> position == 2;
            default -> false;
        };
    }

    private static boolean takesName(ShellVerb verb) {
        return switch (verb) {
            case DOWNLOAD,
                    LOCATIONS,
                    DEREGISTER,
                    SEARCH,
                    LIMIT,
                    PAUSE,
                    RESUME,
                    ALLOW,
                    FOLLOW,
                    UNFOLLOW,
                    RESTORE,
                    RESOLVE -> true;
            default -> false;
        };
    }
}
