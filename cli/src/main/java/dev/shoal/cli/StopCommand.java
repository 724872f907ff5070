package dev.shoal.cli;

import dev.shoal.peer.Request;
import dev.shoal.peer.TaskWish;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal stop}. */
@Command(
        name = "stop",
        description = "End what the peer that `shoal up` runs shares or downloads. Files stay.",
        footer = {
            "The name stays in the index, where others may still have it; `shoal rm NAME` takes it away there.",
            "The numbers of tasks are those of `shoal status`."
        })
final class StopCommand extends RequestCommand {

    @Parameters(arity = "0..*", paramLabel = "NAME-or-TASK", description = "Names, or numbers of tasks.")
    List<String> which = new ArrayList<>();

    @Option(names = "--all", description = "Everything that it shares and downloads by itself.")
    boolean all;

    StopCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        if (all == !which.isEmpty()) {
            throw misused("Say which names or tasks to stop, or --all.");
        }
        List<Long> ids =
                which.stream().filter(StopCommand::isNumber).map(Long::valueOf).toList();
        List<String> names = which.stream().filter(word -> !isNumber(word)).toList();
        return new TaskWish.End(null, ids, names, all);
    }

    /** Whether a word is the number of something. */
    static boolean isNumber(String word) {
        return word.matches("\\d{1,18}");
    }
}
