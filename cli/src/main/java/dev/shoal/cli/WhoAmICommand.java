package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shoal whoami}. */
@Command(name = "whoami", description = "Show which account of the index this home acts for, and with which key.")
final class WhoAmICommand extends RequestCommand {

    WhoAmICommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new AccountWish.WhoAmI(index);
    }
}
