package dev.shoal.cli;

import java.util.function.UnaryOperator;

/** Chooses how a command answers. */
final class Outputs {

    /** What the program is called in the answers of a peer. */
    private static final String PROGRAM = "shoal ";

    /** The system property with how this program was started, where {@code shoal} alone would not find it. */
    static final String COMMAND_PROPERTY = "shoal.command";

    private Outputs() {}

    /** Text or JSON, as the options say. */
    static Output of(CommonOptions options, Surroundings surroundings) {
        if (options.json) {
            return new JsonOutput(surroundings.screen(), options.least());
        }
        TextOutput.Style style = new TextOutput.Style(options.quiet, options.least(), surroundings.time(), command());
        return new TextOutput(surroundings.screen(), style);
    }

    /** Makes a command in an answer work where this program was started: {@code ./shoal} in a checkout. */
    static UnaryOperator<String> command() {
        String started = System.getProperty(COMMAND_PROPERTY, "");
        return command -> started.isEmpty() || !command.startsWith(PROGRAM)
                ? command
                : started + " " + command.substring(PROGRAM.length());
    }
}
