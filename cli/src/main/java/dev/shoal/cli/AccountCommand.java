package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that takes a password. Runs on the main thread. */
abstract class AccountCommand extends RequestCommand {

    @Option(
            names = "--password-stdin",
            description = "Read what is asked for from standard input, one a line, as without a terminal.")
    boolean passwordStdin;

    AccountCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What is wished, after asking for what nobody else may know. */
    abstract AccountWish wish(@Nullable String index, Passwords passwords);

    @Override
    final Request request(@Nullable String index) {
        SecretInput input = passwordStdin
                ? new LineSecrets(surroundings.input(), surroundings.interruption())
                : surroundings.secrets();
        return wish(index, new Passwords(input));
    }

    /** The name of the account is no matter of who this peer is for others. */
    @Override
    final Peers.Options choices(@Nullable String index) {
        return new Peers.Options(index, null, null, null, null, false);
    }

    @Override
    public Integer call() {
        try {
            return super.call();
        } catch (PeerException e) {
            // Whoever gives up at the prompt does not want to hear that nothing was typed.
            if (surroundings.interruption().isInterrupted()) {
                return ExitCode.INTERRUPTED;
            }
            throw e;
        }
    }
}
