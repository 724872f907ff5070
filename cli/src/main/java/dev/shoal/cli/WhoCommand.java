package dev.shoal.cli;

import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shoal who}. */
@Command(
        name = "who",
        description = "List the users on-line.",
        footer = {
            "The index knows who acts for an ACCOUNT. What a peer CALLS ITSELF nobody checked: it may be the",
            "name of somebody else."
        })
final class WhoCommand extends RequestCommand {

    WhoCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new Request.Users(index);
    }

    @Override
    Nothing nothing() {
        return new Nothing("Nobody is on-line at the moment.", ExitCode.DONE);
    }
}
