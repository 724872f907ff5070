package dev.shoal.bench;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks by name; started by the script {@code bench/run}. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "NAME",
        description = "Measures Shoal. Each benchmark prints a table and writes its samples as JSON.",
        footer = {
            "Besides, by themselves:",
            "  jmh       Single calls in loops, by JMH, with its options.",
            "  simulate  Swarms with faults in virtual time, and rules that must hold; --help.",
            "  crowd     How close large swarms in virtual time come to the least possible time:",
            "            NAME [RUNS [FIRST-SEED]] [--json FILE], NAME such as equal8, mixed, crowd1000.",
            "  fuzz      Every decoder and whole sessions, guided by coverage; --help.",
        },
        subcommands = {
            FollowBench.class,
            FollowKillCommand.class,
            KillCommand.class,
            SoakBench.class,
            IdleCommand.class,
            TlsBench.class,
            TransferBench.class,
            DeltaBench.class,
            UpdateBench.class,
            FolderBench.class,
            DirectoryBench.class,
            IndexBench.class,
            RestartBench.class,
            LogInBench.class,
            HiddenBench.class,
            WatchBench.class,
            HashBench.class,
            StartBench.class,
            UpBench.class,
            SwarmBench.class,
            Tracker.class,
            DelayRouter.class,
        })
public final class Main {

    private static volatile List<String> typed = List.of();

    private Main() {}

    /** Runs one benchmark and ends the process. */
    public static void main(String[] arguments) {
        typed = List.of(arguments);
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((failure, command, result) -> {
            if (!(failure instanceof IOException)) {
                throw failure;
            }
            System.err.println("bench: " + failure.getMessage());
            return 1;
        });
        System.exit(line.execute(arguments));
    }

    /** What was typed to start this process. */
    static String commandLine() {
        return "bench/run " + String.join(" ", typed);
    }
}
