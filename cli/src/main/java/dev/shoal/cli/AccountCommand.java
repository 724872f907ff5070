package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** A command that takes a password. Runs on the main thread. */
abstract class AccountCommand extends RequestCommand {

    @Mixin
    final SecretOptions secrets = new SecretOptions();

    AccountCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What is wished, after asking for what nobody else may know. */
    abstract AccountWish wish(@Nullable String index, Passwords passwords);

    @Override
    final Request request(@Nullable String index) {
        return wish(index, secrets.passwords(surroundings));
    }

    /** The name of the account is no matter of who this peer is for others. */
    @Override
    final Peers.Options choices(@Nullable String index) {
        return new Peers.Options(index, null, null, null, null, false);
    }

    @Override
    public Integer call() {
        return SecretOptions.unlessInterrupted(surroundings, super::call);
    }
}
