package dev.shoal.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for the fish shell, made from the commands. Pure functions. */
final class FishCompletion {

    private FishCompletion() {}

    /** The script. */
    static String of(CommandLine program) {
        String name = program.getCommandName();
        StringBuilder script = new StringBuilder();
        List<Map.Entry<String, CommandLine>> commands = program.getSubcommands().entrySet().stream()
                .filter(entry ->
                        !entry.getValue().getCommandSpec().usageMessage().hidden())
                .toList();
        for (Map.Entry<String, CommandLine> entry : commands) {
            String[] description =
                    entry.getValue().getCommandSpec().usageMessage().description();
            script.append("complete -c ").append(name).append(" -n __fish_use_subcommand -f -a ");
            script.append(entry.getKey()).append(description(description)).append('\n');
        }
        options(script, name, "__fish_use_subcommand", program);
        for (Map.Entry<String, CommandLine> entry : commands) {
            options(script, name, "'__fish_seen_subcommand_from " + entry.getKey() + "'", entry.getValue());
        }
        return script.toString();
    }

    private static void options(StringBuilder script, String name, String condition, CommandLine command) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            script.append("complete -c ").append(name).append(" -n ").append(condition);
            for (String form : option.names()) {
                script.append(form.startsWith("--") ? " -l " + form.substring(2) : " -s " + form.substring(1));
            }
            script.append(option.arity().max() > 0 ? " -r" : "");
            script.append(description(option.description())).append('\n');
        }
    }

    private static String description(String[] lines) {
        if (lines.length == 0) {
            return "";
        }
        return " -d '" + lines[0].replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
