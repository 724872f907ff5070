package dev.shoal.cli;

import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal search}. */
@Command(name = "search", description = "Find names that match a text, best first.")
final class SearchCommand extends RequestCommand {

    /** More than fits on a screen is not read. */
    static final int USUAL_LIMIT = 50;

    @Parameters(arity = "1..*", paramLabel = "TEXT", description = "What to look for; words match in any order.")
    List<String> words = new ArrayList<>();

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "" + USUAL_LIMIT,
            description = "Most matches to show, 1 to " + Request.Search.MOST + "; ${DEFAULT-VALUE} when not given.")
    int limit;

    SearchCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        if (limit < 1 || limit > Request.Search.MOST) {
            throw misused("--limit is a number from 1 to " + Request.Search.MOST + ", not " + limit + ".");
        }
        return new Request.Search(index, String.join(" ", words), limit);
    }

    /** Nothing is said of a search but that it has not shown all matches; how to see more is this command's matter. */
    @Override
    Report told(Report report) {
        return report instanceof Report.Said said && limit < Request.Search.MOST
                ? new Report.Said(said.level(), said.text() + " --limit shows up to " + Request.Search.MOST + ".")
                : report;
    }

    @Override
    Nothing nothing() {
        return new Nothing("No name matches \"" + String.join(" ", words) + "\".", ExitCode.NOT_FOUND);
    }
}
