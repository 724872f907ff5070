package dev.shoal.cli;

import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shoal info}. */
@Command(
        name = "info",
        description = "Show one name: its versions, size, sources and how complete each is.",
        footer = {
            "Of each version: by how much it has grown, and how many of its bytes are not in the one before,",
            "at most, as who published it says; - where he could not tell."
        })
final class InfoCommand extends RequestCommand {

    @Parameters(paramLabel = "NAME-or-LINK", description = "A name of the index, as owner/path, or a link.")
    String target = "";

    InfoCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new Request.Describe(index, target);
    }

    @Override
    Nothing nothing() {
        return new Nothing("There is no \"" + target + "\".", ExitCode.NOT_FOUND);
    }
}
