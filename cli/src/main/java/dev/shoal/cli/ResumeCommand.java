package dev.shoal.cli;

import dev.shoal.peer.LimitWish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shoal resume}. */
@Command(
        name = "resume",
        description = "Let go on what `shoal pause` has stopped.",
        footer = {
            "Whatever was missed meanwhile is caught up with. What a rule of `shoal limit` pauses stays so.",
            "",
            "A download of this name that waits or has failed is tried again at once."
        })
final class ResumeCommand extends Subcommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "What was paused by this name; without it, everything that was paused.")
    @Nullable
    String name;

    ResumeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        ask(wish());
        return ExitCode.DONE;
    }

    /** What is asked for. */
    LimitWish wish() {
        return new LimitWish.Resume(name);
    }
}
