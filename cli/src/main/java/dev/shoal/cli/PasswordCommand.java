package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shoal passwd}. */
@Command(
        name = "passwd",
        description = "Change the password of the account; devices and recovery codes stay.",
        footer = "From standard input come two lines: the old password, then the new one.")
final class PasswordCommand extends AccountCommand {

    PasswordCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    AccountWish wish(@Nullable String index, Passwords passwords) {
        return new AccountWish.ChangePassword(index, passwords.known("Old password: "), passwords.fresh());
    }
}
