package dev.shoal.cli;

import dev.shoal.content.SafePath;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shoal limit}. */
@Command(
        name = "limit",
        description = "Change how fast a share or a download that runs in this home may be.",
        footer = "It holds until that ends; `shoal config upload-limit` limits everything together.")
final class LimitCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "Its name, as path or owner/path, or its link.")
    String name = "";

    @Parameters(
            index = "1",
            paramLabel = "RATE",
            converter = LimitOptions.RateConverter.class,
            description = "Most bytes a second: 2MiB/s, 20Mbit/s, unlimited.")
    String rate = "";

    /** What programs are told. */
    private record Limited(String name, String rate) {}

    LimitCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        Output output = output();
        try (PeerService peer =
                surroundings.services().peer(surroundings.home(), Peers.Options.CONFIGURED, output.events())) {
            peer.run(
                    new Request.Limit(name, rate),
                    report -> {},
                    surroundings.interruption().cancellation());
        }
        output.fact("limited", new Limited(name, rate), common.quiet ? "" : done(name, rate));
        return ExitCode.DONE;
    }

    /** What people are told. */
    static String done(String name, String rate) {
        return SafePath.visible(name) + " keeps to " + SafePath.visible(rate) + " from now on.";
    }
}
