package dev.shoal.cli;

import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal rollback}. */
@Command(
        name = "rollback",
        description = "Make an older version of a name of yours the newest one, under a new number.",
        footer = {
            "The file itself is not needed for it. It is for those who may get the newest version now, and everybody",
            "who follows the name gets it. `shoal info NAME` lists the versions."
        })
final class RollbackCommand extends RequestCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "A name of yours, as path or owner/path.")
    String name = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "Number of the version to go back to.")
    int version;

    @Option(names = "--note", paramLabel = "TEXT", description = "What to say about it.")
    @Nullable
    String note;

    RollbackCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new Request.RollBack(index, name, version, note);
    }
}
