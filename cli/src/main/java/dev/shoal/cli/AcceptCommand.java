package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shoal accept}. */
@Command(name = "accept", description = "Take a name, or all names that begin with an owner, that were given to you.")
final class AcceptCommand extends RequestCommand {

    @Parameters(paramLabel = "NAME", description = "The name, as owner/path; or an owner with a slash at its end.")
    String subject = "";

    AcceptCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new AccountWish.Accept(index, subject);
    }
}
