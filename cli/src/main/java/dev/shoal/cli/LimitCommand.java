package dev.shoal.cli;

import dev.shoal.content.SafePath;
import dev.shoal.peer.LimitWish;
import dev.shoal.peer.Rate;
import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal limit}. */
@Command(
        name = "limit",
        description = "Show or change how fast this home may be, and when.",
        customSynopsis = {
            "shoal limit",
            "       shoal limit [--download RATE] [--upload RATE] [--from TIME] [--to TIME] [--days DAYS]",
            "                   [--name NAME]",
            "       shoal limit --remove N | --clear",
            "       shoal limit NAME RATE"
        },
        footer = {
            "Alone it shows what holds now, and the rules. A rule with times or days counts before one that",
            "always holds; of several such, the one that was made last. Times are those of the clock on the",
            "wall. Of a rule, `shoal config upload-limit` and --limit, the lowest counts. RATE is as 2MiB/s,",
            "20Mbit/s, unlimited; in a rule also paused. NAME RATE changes a share or a download for as long",
            "as it runs, a subscription for good."
        })
final class LimitCommand extends Subcommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Of one name: owner/path, or a link.")
    @Nullable
    String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "RATE",
            converter = LimitOptions.RateConverter.class,
            description = "Most bytes a second: 2MiB/s, 20Mbit/s, unlimited.")
    @Nullable
    String rate;

    @Option(names = "--download", paramLabel = "RATE", description = "A rule: most bytes received a second.")
    @Nullable
    String download;

    @Option(names = "--upload", paramLabel = "RATE", description = "A rule: most bytes sent a second.")
    @Nullable
    String upload;

    @Option(names = "--from", paramLabel = "TIME", description = "When it begins: 8:00. Without it, at midnight.")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "TIME", description = "When it ends, on the next day if that is not after.")
    @Nullable
    String to;

    @Option(names = "--days", paramLabel = "DAYS", description = "On which days it begins: mon-fri, sat,sun.")
    @Nullable
    String days;

    @Option(
            names = {"--name", "--subscription"},
            paramLabel = "NAME",
            description = "Only for this name, whether it is followed, shared or downloaded; else for all together.")
    @Nullable
    String only;

    @Option(names = "--remove", paramLabel = "N", description = "Take the rule with this number away.")
    @Nullable
    Integer remove;

    @Option(names = "--clear", description = "Take all rules away.")
    boolean clear;

    /** What programs are told. */
    private record Limited(String name, String rate) {}

    LimitCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (name != null) {
            change(name);
            return ExitCode.DONE;
        }
        ask(wish());
        return ExitCode.DONE;
    }

    /** What is asked for when it is no change of what runs. */
    LimitWish wish() {
        boolean isRule = download != null || upload != null;
        boolean isTimed = from != null || to != null || days != null || only != null;
        if ((isRule || isTimed ? 1 : 0) + (remove != null ? 1 : 0) + (clear ? 1 : 0) > 1) {
            throw misused("Say one thing: a rule, --remove N or --clear.");
        }
        if (isTimed && !isRule) {
            throw misused("Say what is limited: --download RATE, --upload RATE or both.");
        }
        if (isRule) {
            return new LimitWish.AddLimit(only, upload, download, from, to, days);
        }
        if (remove != null) {
            if (remove < 1) {
                throw misused("Rules are numbered from 1 on.");
            }
            return new LimitWish.RemoveLimit(remove);
        }
        return clear ? new LimitWish.RemoveLimit(0) : new LimitWish.ShowLimits();
    }

    private void change(String changed) {
        boolean hasOthers = download != null || upload != null || from != null || to != null || days != null;
        if (rate == null || hasOthers || only != null || remove != null || clear) {
            throw misused("Write a limit for one name as: shoal limit NAME RATE. A rule names it with --name NAME.");
        }
        ask(new Request.Limit(changed, rate));
        output().fact("limited", new Limited(changed, rate), common.quiet ? "" : done(changed, rate));
    }

    /** What people are told. */
    static String done(String name, String rate) {
        return isUnlimited(rate)
                ? SafePath.visible(name) + " has no limit of its own from now on."
                : SafePath.visible(name) + " keeps to " + SafePath.visible(rate) + " from now on.";
    }

    /** What is no rate at all is refused by who carries the request out. */
    private static boolean isUnlimited(String rate) {
        try {
            return Rate.parse(rate) == Rate.UNLIMITED;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
