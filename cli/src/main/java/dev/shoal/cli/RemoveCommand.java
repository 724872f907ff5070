package dev.shoal.cli;

import dev.shoal.peer.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal rm}. */
@Command(name = "rm", description = "Take names away from the index; the files stay where they are.")
final class RemoveCommand extends RequestCommand {

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Names to take away.")
    List<String> names = new ArrayList<>();

    @Option(names = "--all", description = "Everything that this peer registered.")
    boolean all;

    RemoveCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        if (all == !names.isEmpty()) {
            throw misused("Say which names to take away, or --all for everything of this peer.");
        }
        return new Request.Remove(index, List.copyOf(names), all);
    }
}
