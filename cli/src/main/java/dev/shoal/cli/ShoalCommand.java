package dev.shoal.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code shoal} without a command. */
@Command(
        name = Commands.PROGRAM,
        description = "Peer-to-peer file sharing: share files, find them by name, get verified chunks from many peers.",
        synopsisHeading = "Usage: ",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Begin with `shoal share FILE`; it prints what others type to get it.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 not allowed,",
            "5 index or network unreachable, 6 verification failed, 7 local disk.",
            "State is kept in $SHOAL_HOME; `shoal doctor` says where that is."
        })
final class ShoalCommand implements Callable<Integer> {

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;

    @Override
    public Integer call() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "Say what to do; `shoal --help` lists the commands.");
    }
}
