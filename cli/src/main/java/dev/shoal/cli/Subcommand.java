package dev.shoal.cli;

import dev.shoal.peer.Configuration;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Request;
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

    /** Asks the peer of this home what no index has to do with, and tells the answer. */
    final void ask(Request request) {
        Output output = output();
        try (PeerService peer =
                surroundings.services().peer(surroundings.home(), Peers.Options.CONFIGURED, output.events())) {
            peer.run(request, output::report, surroundings.interruption().cancellation());
        } finally {
            output.end();
        }
    }

    /** The command was written wrongly; picocli says so and points to the help. */
    final ParameterException misused(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
