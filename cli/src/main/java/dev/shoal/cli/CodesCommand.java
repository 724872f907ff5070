package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shoal codes}. */
@Command(
        name = "codes",
        description = "Make new recovery codes for the account; those that there are end.",
        footer = {
            "They are told this once. When what it printed is lost, or it was broken off, run it again: the",
            "latest codes count, and no others. From standard input comes one line: the password."
        })
final class CodesCommand extends AccountCommand {

    CodesCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    AccountWish wish(@Nullable String index, Passwords passwords) {
        return new AccountWish.ReplaceCodes(index, passwords.known("Password: "));
    }
}
