package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shoal login}. */
@Command(
        name = "login",
        description = "Act for an account of the index; what is shared from this home is then published as it.",
        footer = "For scripts: printf '%%s\\n' \"$password\" | shoal login ada")
final class LogInCommand extends EnrollingCommand {

    LogInCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    AccountWish wish(@Nullable String index, String user, Passwords passwords) {
        return new AccountWish.LogIn(index, user, passwords.known("Password of " + user + ": "), device);
    }
}
