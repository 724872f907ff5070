package dev.shoal.cli;

import dev.shoal.peer.GroupWish;
import dev.shoal.peer.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shoal group}. */
@Command(
        name = "group",
        description = "Keep groups of accounts; nobody else sees them.",
        customSynopsis = {
            "shoal group",
            "       shoal group show NAME",
            "       shoal group create NAME",
            "       shoal group add NAME USER...",
            "       shoal group remove NAME USER...",
            "       shoal group delete NAME"
        })
final class GroupCommand extends RequestCommand {

    /** How it is written at the prompt of the shell. */
    static final String USAGE = "group [show|create|delete NAME, add|remove NAME USER...]";

    @Parameters(index = "0", arity = "0..1", paramLabel = "ACTION", description = "What to do; without it, list all.")
    @Nullable
    String action;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "NAME", description = "The group, then accounts.")
    List<String> words = new ArrayList<>();

    GroupCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        List<String> all = new ArrayList<>();
        if (action != null) {
            all.add(action);
        }
        all.addAll(words);
        GroupWish wish = wish(index, all);
        if (wish == null) {
            throw misused("Write it so: shoal " + USAGE + ".");
        }
        return wish;
    }

    @Override
    Nothing nothing() {
        return new Nothing(
                action == null ? "You have no groups. `shoal group create NAME` makes one." : "It has no members.",
                ExitCode.DONE);
    }

    /** What words ask for; null when they make no sense. */
    static @Nullable GroupWish wish(@Nullable String index, List<String> words) {
        if (words.isEmpty()) {
            return new GroupWish.Groups(index);
        }
        String verb = words.getFirst();
        if (words.size() == 2) {
            return switch (verb) {
                case "show" -> new GroupWish.Show(index, words.get(1));
                case "create" -> new GroupWish.Create(index, words.get(1));
                case "delete" -> new GroupWish.Delete(index, words.get(1));
                default -> null;
            };
        }
        boolean adds = verb.equals("add");
        return words.size() > 2 && (adds || verb.equals("remove"))
                ? new GroupWish.Members(index, words.get(1), List.copyOf(words.subList(2, words.size())), adds)
                : null;
    }
}
