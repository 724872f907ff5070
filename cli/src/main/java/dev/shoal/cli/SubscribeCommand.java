package dev.shoal.cli;

import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionReport;
import dev.shoal.peer.SubscriptionWish;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal sub}. */
@Command(
        name = "sub",
        description = "Follow a name: have its latest version, and every new one as soon as it is published.",
        footer = {
            "Where a peer of this home runs already, that goes on with it; else this follows until Ctrl-C. Later, any",
            "peer of this home that runs keeps the file in step: sub, subs --follow, share, shell.",
            "A file that you edited is never overwritten: new versions are put beside it (`shoal resolve`). Replaced",
            "versions are kept in .shoal-history beside the file (`shoal restore`). Of a folder that holds for each",
            "file in it; what you add to it stays."
        })
final class SubscribeCommand extends RequestCommand {

    @Parameters(paramLabel = "NAME-or-LINK", description = "A name of the index, as owner/path, or a link.")
    String target = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "PATH",
            description =
                    "File or folder to keep in step, or a folder that is there to put it in. Else the current folder.")
    @Nullable
    String output;

    @Option(names = "--keep", paramLabel = "N", description = "How many replaced versions to keep; else as configured.")
    @Nullable
    Integer keep;

    @Option(
            names = "--limit",
            paramLabel = "RATE",
            converter = LimitOptions.RateConverter.class,
            description = "Most bytes to receive a second for this name; others are not slowed down.")
    @Nullable
    String limit;

    @Option(
            names = "--include",
            paramLabel = "PATTERN",
            description = "Of a folder, follow only what matches: *.txt, docs/**, notes. May be said several times.")
    List<String> include = new ArrayList<>();

    @Option(
            names = "--exclude",
            paramLabel = "PATTERN",
            description = "Of a folder, leave out what matches. May be said several times.")
    List<String> exclude = new ArrayList<>();

    @Option(names = "--no-wait", description = "Only note it down: the next peer of this home that runs begins.")
    boolean noWait;

    @Mixin
    final LimitOptions limits = new LimitOptions();

    private boolean follows;

    SubscribeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        String place = surroundings.target(output == null ? "." : output).toString();
        follows = !noWait && !surroundings.services().isPeerRunning(surroundings.home());
        return new SubscriptionWish.Subscribe(
                index, target, place, output != null, keep, limit, include, exclude, !noWait, follows, false);
    }

    @Override
    Peers.Options choices(@Nullable String index) {
        return new Peers.Options(index, null, service.user, limits.upload, limits.download, true);
    }

    @Override
    int ask(Output told, Peers.Options choices, Request request, Consumer<Report> reports) {
        int exit = super.ask(told, choices, request, report -> {
            reports.accept(report);
            if (report instanceof SubscriptionReport.Subscribed && follows && talks(told)) {
                surroundings.screen().remark("Following it until Ctrl-C.");
            }
        });
        if (exit == ExitCode.INTERRUPTED && follows && talks(told)) {
            surroundings.screen().remark("Stopped. It is still followed whenever a peer of this home runs.");
        } else if (exit == ExitCode.DONE && noWait && talks(told)) {
            surroundings.screen().remark(SubscriptionText.LATER);
        }
        return exit;
    }

    private boolean talks(Output told) {
        return !common.json && !common.quiet && !told.isClosed();
    }
}
