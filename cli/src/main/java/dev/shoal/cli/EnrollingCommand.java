package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command after which this home acts for an account. Runs on the main thread. */
abstract class EnrollingCommand extends AccountCommand {

    @Parameters(arity = "0..1", paramLabel = "USER", description = "Name of the account; else your name.")
    @Nullable
    String account;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "What this device is called; else the machine's name.")
    @Nullable
    String device;

    EnrollingCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What is wished for an account, whose name is right. */
    abstract AccountWish wish(@Nullable String index, String user, Passwords passwords);

    @Override
    final AccountWish wish(@Nullable String index, Passwords passwords) {
        String chosen = account == null ? service.user : account;
        return wish(
                index, AccountWish.checkedUser(chosen == null ? configuration().user() : chosen), passwords);
    }
}
