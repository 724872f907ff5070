package dev.shoal.cli;

import dev.shoal.peer.Peers;
import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionWish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shoal subs}. */
@Command(
        name = "subs",
        description = "List the names that this home follows, and how far each is in step.",
        footer = {
            "States: current, behind, updating, waiting (for somebody who has it), paused (by whom), edited, conflict",
            "(a new version is beside it), deleted (by you), restored, gone (from the index), failed."
        })
final class SubscriptionsCommand extends RequestCommand {

    @Option(names = "--follow", description = "Keep all of them in step until Ctrl-C, and tell what happens.")
    boolean follow;

    SubscriptionsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new SubscriptionWish.ListSubscriptions(index, follow);
    }

    @Override
    Peers.Options choices(@Nullable String index) {
        return new Peers.Options(index, null, service.user, null, null, follow);
    }

    @Override
    Nothing nothing() {
        return new Nothing("This home follows nothing. `shoal sub NAME` begins.", ExitCode.DONE);
    }
}
