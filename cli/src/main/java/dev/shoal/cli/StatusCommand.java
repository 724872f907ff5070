package dev.shoal.cli;

import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shoal status}. */
@Command(name = "status", description = "Show what this peer is doing: shares, downloads, the way to the index.")
final class StatusCommand extends RequestCommand {

    StatusCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new Request.Status(index);
    }
}
