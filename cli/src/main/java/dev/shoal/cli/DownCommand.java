package dev.shoal.cli;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.TaskWish;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

    /**
     * What programs are told.
     *
     * @param next process that runs the peer now; null for none
     */
    private record Down(boolean ran, @Nullable Long next) {}

    DownCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        Output output = output();
        Home home = surroundings.home();
        boolean ran = surroundings.services().isPeerRunning(home);
        OptionalLong next = OptionalLong.empty();
        if (ran) {
            try (PeerService peer = surroundings.services().peer(home, Peers.Options.CONFIGURED, output.events())) {
                OptionalLong before = home.process();
                Cancellation cancellation = surroundings.interruption().cancellation();
                peer.run(new TaskWish.Down(null), report -> {}, cancellation);
                next = await(home, before, cancellation);
            }
        }
        output.fact(
                "down",
                new Down(ran, next.isPresent() ? next.getAsLong() : null),
                common.quiet ? "" : ran ? ended(next) : "No peer of this home runs.");
        return ExitCode.DONE;
    }

    private static String ended(OptionalLong next) {
        return next.isEmpty()
                ? "The peer of this home has ended."
                : "It has ended; process " + next.getAsLong() + ", an attached command, now runs the peer.";
    }

    /** A command that was attached to the peer takes its place: then the one that was told to end has. */
    static boolean isAnother(OptionalLong before, OptionalLong now) {
        return before.isPresent() && now.isPresent() && !before.equals(now);
    }

    /** Returns the process that has taken over; empty for none. */
    private OptionalLong await(Home home, OptionalLong before, Cancellation cancellation) {
        long began = System.nanoTime();
        while (surroundings.services().isPeerRunning(home) && !cancellation.await(LOOK_MILLIS)) {
            OptionalLong now = home.process();
            if (isAnother(before, now)) {
                return now;
            }
            if (System.nanoTime() - began > LONGEST_NANOS) {
                throw new PeerException(
                        PeerException.Reason.FAILED,
                        "The peer of this home was told to end and has not yet. Look at it with `shoal status`, or end"
                                + " its process.");
            }
        }
        return OptionalLong.empty();
    }
}
