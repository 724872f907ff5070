package dev.shoal.cli;

import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerEvents.Level;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal share}. */
@Command(
        name = "share",
        description = "Share files and folders, and print what others type to get them.",
        footer = {
            "With --watch, what is saved is a new version of the name as soon as it has settled: nothing has",
            "changed for 0.2 s (up to 5 s when it took long), and no program has it open to write to it. One",
            "version a second at most, one a minute when changes go on without end. The same holds for a folder",
            "and everything in it.",
            "Where `shoal up` runs, that goes on with it, also after a restart, and this returns (but for --stay).",
            "Where no index is configured, one runs in the same process. - reads standard input (with --name).",
            "What was private stays so: without --to, --private and --public, those may get a new version who",
            "may get the one before."
        })
final class ShareCommand extends RequestCommand {

    static final String WATCH = "--watch";

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Files or folders to share; they stay where they are.")
    List<String> files = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", description = "Name in the index, as path or owner/path.")
    @Nullable
    String name;

    @Option(names = "--note", paramLabel = "TEXT", description = "What to say about this version.")
    String note = "";

    @Option(
            names = "--limit",
            paramLabel = "RATE",
            converter = LimitOptions.RateConverter.class,
            description = "Most bytes to send a second of each of these files; other shares are not slowed down.")
    @Nullable
    String limit;

    @Option(names = WATCH, description = "Publish a new version whenever a file or folder has changed, until Ctrl-C.")
    boolean watch;

    @Option(names = "--stay", description = "Share until Ctrl-C, also where `shoal up` runs and would go on with it.")
    boolean stay;

    @Mixin
    final LimitOptions limits = new LimitOptions();

    @Mixin
    final ReaderOptions readers = new ReaderOptions();

    private List<String> paths = List.of();
    private int shared;
    private boolean isTaken;

    ShareCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        Request.Share share = new Request.Share(index, paths, name, note, limit, readers.readers(), watch);
        // What cannot be read again is not taken up again either.
        boolean ends = stay || files.contains(GetCommand.STANDARD);
        boolean runs = !ends && surroundings.services().isPeerRunning(surroundings.home());
        return runs ? new TaskWish.Begin(share, true) : share;
    }

    @Override
    public Integer call() {
        // Said wrongly, it must not begin anything.
        readers.readers();
        boolean reads = files.contains(GetCommand.STANDARD);
        if (name != null && files.size() > 1) {
            throw misused("--name goes with one file, not with " + files.size() + ".");
        }
        if (reads && name == null) {
            throw misused("Standard input has no name of its own: add --name NAME.");
        }
        if (reads && watch) {
            throw misused(WATCH + " is for files: standard input has one version.");
        }
        Output output = output();
        // Before an index is started for what cannot be shared.
        List<String> meant = reads ? List.of() : absolute();
        HostAndPort named = service.named(surroundings.environment());
        try (OwnIndex index = OwnIndex.whereNoneIsNamed(surroundings, named, output);
                StandardInput input = StandardInput.of(surroundings)) {
            paths = reads ? List.of(input.copy().toString()) : meant;
            if (surroundings.interruption().isInterrupted()) {
                return ExitCode.INTERRUPTED;
            }
            Peers.Options choices =
                    new Peers.Options(index.address(), index.own(), service.user, limits.upload, limits.download, true);
            String asked = named == null ? null : named.toString();
            int exit = ask(output, choices, request(asked), report -> tell(output, report));
            if (exit == ExitCode.INTERRUPTED && shared > 0 && !common.json && !common.quiet) {
                surroundings.screen().remark("No longer sharing.");
            }
            return exit;
        }
    }

    private List<String> absolute() {
        return files.stream().map(surroundings::source).map(Path::toString).toList();
    }

    private void tell(Output output, Report report) {
        output.report(report);
        if (report instanceof TaskReport.Taken taken) {
            isTaken = taken.id() != TaskReport.Taken.NOBODY;
        }
        if (report instanceof Report.Shared) {
            shared++;
            if (shared == paths.size() && isTaken && !common.json && !common.quiet && !output.isClosed()) {
                output.said(
                        Level.INFO,
                        "The running peer goes on with it, also after a restart; `shoal stop NAME` ends that.");
            } else if (shared == paths.size() && !isTaken && !common.json && !output.isClosed()) {
                output.said(
                        Level.INFO,
                        watch ? "Serving until Ctrl-C, and publishing what changes." : "Serving until Ctrl-C.");
            }
        }
    }
}
