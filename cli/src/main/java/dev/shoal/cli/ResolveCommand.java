package dev.shoal.cli;

import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionWish;
import dev.shoal.store.SubscribedFile.Choice;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal resolve}. */
@Command(name = "resolve", description = "Decide what becomes of a followed file that you edited.")
final class ResolveCommand extends RequestCommand {

    /** One of three. */
    static final class Choices {
        @Option(
                names = "--mine",
                required = true,
                description = "Your file stays; the next new version is put beside it again.")
        boolean mine;

        @Option(
                names = "--theirs",
                required = true,
                description = "The latest version takes its place; your file is kept in .shoal-history.")
        boolean theirs;

        @Option(
                names = "--both",
                required = true,
                description = "The latest version takes its place; your file gets a name beside it.")
        boolean both;
    }

    @Parameters(paramLabel = "NAME", description = "The name, as path or owner/path, or its link.")
    String name = "";

    @ArgGroup(multiplicity = "1")
    Choices choices = new Choices();

    ResolveCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        Choice choice = choices.mine ? Choice.MINE : choices.theirs ? Choice.THEIRS : Choice.BOTH;
        return new SubscriptionWish.Resolve(index, name, choice);
    }

    /** What the words at a prompt ask for. */
    static Request wish(@Nullable String index, List<String> words) {
        String word = words.size() == 2 ? words.get(1).replace("--", "").toUpperCase(Locale.ROOT) : "";
        Optional<Choice> choice = Stream.of(Choice.values())
                .filter(one -> one.name().equals(word))
                .findFirst();
        return new SubscriptionWish.Resolve(
                index,
                words.isEmpty() ? "" : words.getFirst(),
                choice.orElseThrow(() -> Mistake.usage("Write it so: " + ShellVerb.RESOLVE.usage() + ".")));
    }
}
