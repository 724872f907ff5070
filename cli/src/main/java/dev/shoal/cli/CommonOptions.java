package dev.shoal.cli;

import dev.shoal.peer.PeerEvents.Level;
import picocli.CommandLine.Option;

/** Options that every command has. Filled by picocli before the command runs. */
final class CommonOptions {

    @Option(names = "--json", description = "Write one JSON object a line, for programs.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Write bare results (a name, a link, a path) and no progress.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "Tell what happens, and where an error comes from that should not be.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    /** The least level of events that are told. */
    Level least() {
        if (verbose) {
            return Level.DETAIL;
        }
        return quiet ? Level.WARNING : Level.INFO;
    }
}
