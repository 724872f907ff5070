package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shoal recover}. */
@Command(
        name = "recover",
        description = "Set a new password with one of the recovery codes that sign-up told, and log in.",
        footer = "From standard input come two lines: the code, then the new password.")
final class RecoverCommand extends EnrollingCommand {

    RecoverCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    AccountWish wish(@Nullable String index, String user, Passwords passwords) {
        return new AccountWish.Recover(
                index, user, passwords.known("Recovery code of " + user + ": "), passwords.fresh(), device);
    }
}
