package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal give}. */
@Command(
        name = "give",
        description = "Give a name, or all names that begin with an owner, to another account of the index.",
        footer = {
            "They are the other's as soon as `shoal accept` was said there; until then, giving them to",
            "yourself takes them back. Whoever knew you as the owner follows. What this home made before",
            "it had an account becomes the account's at once: shoal give OLD-NAME/ YOUR-ACCOUNT"
        })
final class GiveCommand extends RequestCommand {

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "The name, as path or owner/path; or an owner with a slash at its end, as ada/.")
    String subject = "";

    @Parameters(index = "1", paramLabel = "USER", description = "Name of the account that gets it.")
    String receiver = "";

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The account's key as the other one told it, or how it begins; nothing is given to another.")
    @Nullable
    String key;

    GiveCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new AccountWish.Give(index, subject, receiver, key);
    }
}
