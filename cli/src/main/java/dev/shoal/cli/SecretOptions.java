package dev.shoal.cli;

import dev.shoal.peer.PeerException;
import java.util.function.IntSupplier;
import picocli.CommandLine.Option;

/** Options of every command that takes a password. Filled by picocli before the command runs. */
final class SecretOptions {

    @Option(
            names = "--password-stdin",
            description = "Read what is asked for from standard input, one a line, as without a terminal.")
    boolean passwordStdin;

    /** Asks in the way that was chosen. */
    Passwords passwords(Surroundings surroundings) {
        return new Passwords(
                passwordStdin
                        ? new LineSecrets(surroundings.input(), surroundings.interruption())
                        : surroundings.secrets());
    }

    /** Whoever gives up at the prompt does not want to hear that nothing was typed. */
    static int unlessInterrupted(Surroundings surroundings, IntSupplier command) {
        try {
            return command.getAsInt();
        } catch (PeerException e) {
            if (surroundings.interruption().isInterrupted()) {
                return ExitCode.INTERRUPTED;
            }
            throw e;
        }
    }
}
