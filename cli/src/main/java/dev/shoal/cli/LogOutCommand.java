package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shoal logout}. */
@Command(
        name = "logout",
        description = "Act for no account of the index any more, and remove the account's key from this home.")
final class LogOutCommand extends RequestCommand {

    LogOutCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new AccountWish.LogOut(index);
    }
}
