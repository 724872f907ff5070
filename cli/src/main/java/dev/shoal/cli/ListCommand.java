package dev.shoal.cli;

import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shoal ls}. */
@Command(name = "ls", description = "List what can be fetched now, or everything that is known.")
final class ListCommand extends RequestCommand {

    @Option(
            names = {"-a", "--all"},
            description = "Also list what nobody has on-line.")
    boolean all;

    ListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new Request.ListNames(index, all);
    }

    @Override
    Nothing nothing() {
        String sentence = all ? "The index knows no names yet." : "Nothing is on-line at the moment.";
        return new Nothing(sentence + " `shoal share FILE` adds something.", ExitCode.DONE);
    }
}
