package dev.shoal.cli;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.TaskWish;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** {@code shoal down}. */
@Command(
        name = "down",
        description = "End the peer that `shoal up` runs in this home, and wait until it has ended.",
        footer = "What it shares and downloads comes back when it runs again. Files stay where they are.")
final class DownCommand extends Subcommand {

    /** Unfinished downloads are forced to the disk, and the index is told; that takes seconds at most. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final long LOOK_MILLIS = 50;

    /** What programs are told. */
    private record Down(boolean ran) {}

    DownCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        Output output = output();
        Home home = surroundings.home();
        boolean ran = surroundings.services().isPeerRunning(home);
        if (ran) {
            try (PeerService peer = surroundings.services().peer(home, Peers.Options.CONFIGURED, output.events())) {
                Cancellation cancellation = surroundings.interruption().cancellation();
                peer.run(new TaskWish.Down(null), report -> {}, cancellation);
                await(home, cancellation);
            }
        }
        output.fact(
                "down",
                new Down(ran),
                common.quiet ? "" : ran ? "The peer of this home has ended." : "No peer of this home runs.");
        return ExitCode.DONE;
    }

    private void await(Home home, Cancellation cancellation) {
        long began = System.nanoTime();
        while (surroundings.services().isPeerRunning(home) && !cancellation.await(LOOK_MILLIS)) {
            if (System.nanoTime() - began > LONGEST_NANOS) {
                throw new PeerException(
                        PeerException.Reason.FAILED,
                        "The peer of this home was told to end and has not yet. Look at it with `shoal status`, or end"
                                + " its process.");
            }
        }
    }
}
