package dev.shoal.cli;

import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionWish;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shoal restore}. */
@Command(
        name = "restore",
        description = "Bring a replaced version of a followed file back, as it was kept here.",
        footer = {
            "What is there now is kept in its stead. The next new version takes its place again. `shoal subs --json`",
            "lists which versions are kept."
        })
final class RestoreCommand extends RequestCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The name, as path or owner/path, or its link.")
    String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VERSION",
            description = "Which version; else the one that was replaced last.")
    int version;

    RestoreCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        if (version < 0) {
            throw misused("Versions are counted from 1.");
        }
        return new SubscriptionWish.Restore(index, name, version);
    }

    /** What the words at a prompt ask for. */
    static Request wish(@Nullable String index, List<String> words) {
        boolean numbered = words.size() == 2 && words.get(1).matches("\\d{1,9}");
        if (words.size() != 1 && !numbered) {
            throw Mistake.usage("Write it so: " + ShellVerb.RESTORE.usage() + ".");
        }
        return new SubscriptionWish.Restore(index, words.getFirst(), numbered ? Integer.parseInt(words.get(1)) : 0);
    }
}
