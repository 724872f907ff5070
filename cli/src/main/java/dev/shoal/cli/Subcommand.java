package dev.shoal.cli;

import dev.shoal.peer.Configuration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands have: common options and a way to answer. Runs on the main thread. */
abstract class Subcommand implements Callable<Integer> {

    @Mixin
    final CommonOptions common = new CommonOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    final Surroundings surroundings;

    Subcommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** How this command answers. */
    final Output output() {
        return Outputs.of(common, surroundings);
    }

    /** The settings of the home. */
    final Configuration configuration() {
        return Configuration.load(surroundings.home().configurationFile());
    }

    /** The command was written wrongly; picocli says so and points to the help. */
    final ParameterException misused(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
