package dev.shoal.cli;

import java.util.List;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Finds the option that does not exist behind what is only missing because of it. */
final class Misspelling {

    private Misspelling() {}

    /**
     * The mistake to tell: that an option is unknown rather than that something is missing which it was taken for.
     *
     * @param arguments the whole command line
     */
    static ParameterException behind(ParameterException mistake, String... arguments) {
        if (!(mistake instanceof MissingParameterException)) {
            return mistake;
        }
        CommandSpec command = mistake.getCommandLine().getCommandSpec();
        for (int i = 0; i < arguments.length && !arguments[i].equals("--"); i++) {
            String word = arguments[i];
            int equals = word.indexOf('=');
            String option = equals < 0 ? word : word.substring(0, equals);
            OptionSpec known = command.optionsMap().get(option);
            if (known != null) {
                // What it takes may look like an option.
                i += equals < 0 ? known.arity().min() : 0;
            } else if (isOption(word) && !isGroup(command, word)) {
                return new UnmatchedArgumentException(mistake.getCommandLine(), List.of(word));
            }
        }
        return mistake;
    }

    private static boolean isOption(String word) {
        return word.startsWith("-") && !word.equals(GetCommand.STANDARD);
    }

    /** Whether short options were written as one word, or with a value at their end. */
    private static boolean isGroup(CommandSpec command, String word) {
        return !word.startsWith("--") && command.optionsMap().containsKey(word.substring(0, 2));
    }
}
