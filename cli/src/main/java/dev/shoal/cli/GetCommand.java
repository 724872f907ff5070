package dev.shoal.cli;

import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.Setting;
import dev.shoal.peer.SubscriptionWish;
import dev.shoal.peer.TaskWish;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal get}. */
@Command(
        name = "get",
        description = "Download a name or a link from all its sources at once, and verify it.",
        footer = "An interrupted download goes on from where it was when the same command runs again.")
final class GetCommand extends RequestCommand {

    /** What stands for standard input or output. */
    static final String STANDARD = "-";

    static final String LIKE = "--like";

    @Parameters(paramLabel = "NAME-or-LINK", description = "A name of the index, as owner/path, or a link.")
    String target = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "PATH",
            description = "File to write, or folder to put it in; - for standard output. Else the current folder.")
    String output = ".";

    @Option(names = "--seed", description = "Go on serving what was downloaded until Ctrl-C.")
    boolean seed;

    @Option(
            names = "--subscribe",
            description = "Follow it from now on, as with `shoal sub`; with --seed, until Ctrl-C.")
    boolean subscribe;

    @Option(names = "--wait", description = "Wait until somebody who has it is on-line, instead of giving up.")
    boolean wait;

    @Option(
            names = "--limit",
            paramLabel = "RATE",
            converter = LimitOptions.RateConverter.class,
            description = "Most bytes to receive a second for this download; others are not slowed down.")
    @Nullable
    String limit;

    @Option(
            names = LIKE,
            paramLabel = "FILE",
            description = "A file that may hold parts of it, as an older version does: these are not fetched. May be"
                    + " given several times.")
    List<String> like = List.of();

    @Option(
            names = "--include",
            paramLabel = "PATTERN",
            description = "Of a folder, get only what matches: *.txt, docs/**, notes. May be said several times.")
    List<String> include = new ArrayList<>();

    @Option(
            names = "--exclude",
            paramLabel = "PATTERN",
            description = "Of a folder, do not get what matches. May be said several times.")
    List<String> exclude = new ArrayList<>();

    @Option(
            names = "--detach",
            description = "Leave it to the peer that `shoal up` runs, which goes on with it, also after a restart.")
    boolean detach;

    @Option(
            names = "--seed-for",
            paramLabel = "TIME",
            description = "How long the peer that `shoal up` runs passes it on: 12h, 7d, unlimited. Else as the setting"
                    + " says.")
    @Nullable
    String seedFor;

    @Option(
            names = "--seed-ratio",
            paramLabel = "NUMBER",
            description = "How many times its own length that peer sends of it: 1.5, unlimited. Else as the setting"
                    + " says.")
    @Nullable
    String seedRatio;

    @Mixin
    final LimitOptions limits = new LimitOptions();

    private boolean done;
    private Report.@Nullable Got got;

    GetCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        String path = surroundings.target(output).toString();
        boolean runs = surroundings.services().isPeerRunning(surroundings.home());
        // A peer that stays up serves it afterwards in any case.
        boolean seeds = seeds() && !detach;
        Request.Get get = new Request.Get(index, target, path, seeds, false, wait, limit, alike(), include, exclude)
                .seeding(Request.Get.Seeding.of(seedFor, seedRatio));
        return runs && !seeds ? new TaskWish.Begin(get, detach) : get;
    }

    /** The files that are alike, as absolute paths. */
    List<String> alike() {
        return alike(surroundings, like);
    }

    /** The same of some that were named. */
    static List<String> alike(Surroundings surroundings, List<String> files) {
        return files.stream().map(surroundings::source).map(Path::toString).toList();
    }

    @Override
    Peers.Options choices(@Nullable String index) {
        return new Peers.Options(index, null, service.user, limits.upload, limits.download, false);
    }

    @Override
    public Integer call() {
        if (output.equals(STANDARD) && (seed || common.json)) {
            throw misused("Standard output takes the data alone: -o - goes neither with --seed nor with --json.");
        }
        boolean chooses = !include.isEmpty() || !exclude.isEmpty();
        if (chooses && output.equals(STANDARD)) {
            throw misused("--include and --exclude do not go with -o -.");
        }
        if (detach && (subscribe || output.equals(STANDARD))) {
            throw misused("--detach goes neither with --subscribe nor with -o -.");
        }
        if (detach && !surroundings.services().isPeerRunning(surroundings.home())) {
            throw Mistake.usage(
                    "--detach leaves a download to a peer that stays up, and none does: run `shoal up` first,"
                            + " or leave --detach away.");
        }
        checkSeeding();
        if (subscribe && (output.equals(STANDARD) || Peers.isOneVersion(target))) {
            throw misused("--subscribe goes neither with -o - nor with one version of a name.");
        }
        HostAndPort named = service.named(surroundings.environment());
        String index = named == null ? null : named.toString();
        Output told = output();
        int exit = output.equals(STANDARD)
                ? new StreamedDownload(surroundings, told).run(this, index, target)
                : ask(
                        told,
                        choices(index),
                        subscribe && seeds() ? followed(index) : request(index),
                        report -> tell(told, report));
        if (exit == ExitCode.DONE && got != null) {
            return new SubscriptionOffer(surroundings, common).follow(this, subscribe, index, got);
        }
        if (exit == ExitCode.DONE && detach && !common.json && !common.quiet) {
            surroundings.screen().remark("The running peer goes on with it; `shoal status` shows how far it is.");
        }
        if (exit == ExitCode.INTERRUPTED && !common.json && !common.quiet) {
            surroundings.screen().remark(farewell());
        }
        return exit;
    }

    /** What ends with its command is not passed on afterwards, and what is followed has no end. */
    private void checkSeeding() {
        if (seedFor == null && seedRatio == null) {
            return;
        }
        if (seed || subscribe || output.equals(STANDARD)) {
            throw misused("--seed-for and --seed-ratio go neither with --seed, --subscribe nor with -o -.");
        }
        if (seeds() && !detach) {
            throw misused("The setting `seed` is true, so this serves until Ctrl-C, and --seed-for and --seed-ratio are"
                    + " for what has an end: add --detach.");
        }
        Request.Get.Seeding.of(seedFor, seedRatio);
        if (!surroundings.services().isPeerRunning(surroundings.home())) {
            throw Mistake.usage(
                    "--seed-for and --seed-ratio are for a peer that stays up, and none does: run `shoal up`"
                            + " first, or leave them away.");
        }
    }

    /** Following a name is to serve it as well. */
    private Request followed(@Nullable String index) {
        String path = surroundings.target(output).toString();
        boolean stays = !surroundings.services().isPeerRunning(surroundings.home());
        return new SubscriptionWish.Subscribe(
                index, target, path, true, null, limit, include, exclude, true, stays, false);
    }

    private void tell(Output told, Report report) {
        told.report(report);
        if (report instanceof Report.Got finished) {
            done = true;
            got = finished;
            if (seeds() && !common.json && !common.quiet && !told.isClosed()) {
                surroundings.screen().remark("Serving it until Ctrl-C.");
            }
        }
    }

    private String farewell() {
        return done ? "No longer serving." : "Stopped. What came so far is kept; the same command goes on from there.";
    }

    private boolean seeds() {
        boolean configured = configuration().value(Setting.SEED).orElse("false").equals("true");
        return seed || (configured && !output.equals(STANDARD));
    }
}
