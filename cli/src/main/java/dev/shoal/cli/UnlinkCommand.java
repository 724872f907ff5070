package dev.shoal.cli;

import dev.shoal.peer.Request;
import dev.shoal.peer.WebLinkWish;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal unlink}. */
@Command(
        name = "unlink",
        description = "End plain HTTPS links, and what is being downloaded by them. The share stays.",
        footer = "The numbers of links are those of `shoal links`.")
final class UnlinkCommand extends RequestCommand {

    @Parameters(
            arity = "0..*",
            paramLabel = "NUMBER-or-NAME",
            description = "Numbers of links, or names: all links to these.")
    List<String> which = new ArrayList<>();

    @Option(names = "--all", description = "All that there are.")
    boolean all;

    UnlinkCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        if (all == !which.isEmpty()) {
            throw misused("Say which links to end, or --all.");
        }
        List<Long> ids =
                which.stream().filter(StopCommand::isNumber).map(Long::valueOf).toList();
        List<String> names =
                which.stream().filter(word -> !StopCommand.isNumber(word)).toList();
        return new WebLinkWish.EndWebLinks(null, ids, names, all);
    }

    @Override
    Nothing nothing() {
        return new Nothing("There are no links.", ExitCode.DONE);
    }
}
