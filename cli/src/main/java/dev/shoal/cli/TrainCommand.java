package dev.shoal.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code shoal train}: what the launcher runs once after a build, while the virtual machine writes down which classes
 * and methods the program needs, so that it starts quickly from then on.
 */
@Command(name = "train", hidden = true, description = "Exercise the program, to teach the virtual machine.")
final class TrainCommand extends Subcommand {

    TrainCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Option(names = "--lib", description = "Instead, prepare the jars in this folder for the cache.")
    @Nullable
    Path libraries;

    @Option(names = "--for", description = "What to exercise: ${COMPLETION-CANDIDATES}.")
    Training.Kind kind = Training.Kind.MOVING;

    @Override
    public Integer call() throws IOException {
        if (libraries != null) {
            CacheableJars.prepare(libraries);
            return ExitCode.DONE;
        }
        Consumer<String> told = common.verbose ? surroundings.screen()::remark : line -> {};
        new Training(surroundings, told).run(kind);
        return ExitCode.DONE;
    }
}
