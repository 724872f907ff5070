package dev.shoal.cli;

import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionWish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shoal unsub}. */
@Command(name = "unsub", description = "Follow a name no longer. The file and all that was kept of it stay.")
final class UnsubscribeCommand extends RequestCommand {

    @Parameters(paramLabel = "NAME", description = "The name, as path or owner/path, or its link.")
    String name = "";

    UnsubscribeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new SubscriptionWish.Unsubscribe(index, name);
    }
}
