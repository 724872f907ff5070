package dev.shoal.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shoal completion}. */
@Command(
        name = "completion",
        description = "Write a script that completes commands and options in your shell.",
        footer = {
            "bash:  source <(shoal completion bash)",
            "zsh:   source <(shoal completion zsh)",
            "fish:  shoal completion fish | source"
        })
final class CompletionCommand extends Subcommand {

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    Shell shell = Shell.bash;

    /** Shells that can be served, as people write them. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    CompletionCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        CommandLine whole = Commands.whole(surroundings);
        // The script for bash loads what it needs of bash's functions when zsh reads it.
        String script = shell == Shell.fish ? FishCompletion.of(whole) : AutoComplete.bash(Commands.PROGRAM, whole);
        script.lines().forEach(surroundings.screen()::result);
        return ExitCode.DONE;
    }
}
