package dev.shoal.cli;

import dev.shoal.peer.Request;
import dev.shoal.peer.WebLinkWish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shoal links}. */
@Command(
        name = "links",
        description = "List the plain HTTPS links to what `shoal up` shares.",
        footer = "Whoever sees an address can download by it. `shoal link` makes one, `shoal unlink` ends one.")
final class LinksCommand extends RequestCommand {

    LinksCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new WebLinkWish.ListWebLinks(null, 0);
    }

    @Override
    Nothing nothing() {
        return new Nothing("There are no links. `shoal link NAME` makes one.", ExitCode.DONE);
    }
}
