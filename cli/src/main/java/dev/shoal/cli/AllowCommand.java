package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import dev.shoal.peer.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal allow}. */
@Command(
        name = "allow",
        description = "Change who may get what you share privately; without options, show who may.",
        footer = {
            "Who is let in sees the name at once. Who is taken out no longer does; what such a reader is",
            "downloading stops within minutes, and what was downloaded stays there."
        })
final class AllowCommand extends RequestCommand {

    private static final String NOT = "--not";

    @Parameters(paramLabel = "NAME", description = "Your name, as path or owner/path; or one version, as NAME@3.")
    String name = "";

    @Option(
            names = ReaderOptions.TO,
            split = ",",
            paramLabel = "USER",
            description = "Accounts that may get it from now on, and groups of yours, as @lab.")
    List<String> more = new ArrayList<>();

    @Option(names = NOT, split = ",", paramLabel = "USER", description = "Accounts and groups that may no longer.")
    List<String> less = new ArrayList<>();

    AllowCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new AccountWish.Allow(index, name, more, less);
    }

    /** What words at a prompt ask for. */
    static AccountWish wish(@Nullable String index, List<String> words) {
        PromptOptions options = PromptOptions.of(words, List.of(ReaderOptions.TO, NOT), List.of());
        if (options.rest().size() != 1) {
            throw Mistake.usage("Write it so: " + ShellVerb.ALLOW.usage() + ".");
        }
        return new AccountWish.Allow(
                index, options.rest().getFirst(), options.values(ReaderOptions.TO), options.values(NOT));
    }
}
