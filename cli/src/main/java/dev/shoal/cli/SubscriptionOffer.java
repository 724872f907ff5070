package dev.shoal.cli;

import dev.shoal.content.SafePath;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Setting;
import dev.shoal.peer.SubscriptionWish;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** After a download: follows its name if that is wanted, and asks whether it is where a person sits. */
final class SubscriptionOffer {

    /** Nobody types a longer answer. */
    private static final int MOST_CHARACTERS = 100;

    private final Surroundings surroundings;
    private final CommonOptions common;

    SubscriptionOffer(Surroundings surroundings, CommonOptions common) {
        this.surroundings = surroundings;
        this.common = common;
    }

    /**
     * Follows what was got, if that is wanted and not done already.
     *
     * @param wanted whether the command line says so
     * @return the exit code
     */
    int follow(GetCommand command, boolean wanted, @Nullable String index, Report.Got got) {
        if (wanted && isInFolder(command.target, got)) {
            throw Mistake.usage(SafePath.visible(command.target) + " is a part of the folder "
                    + SafePath.visible(got.name()) + ", and has no name of its own that could be followed. It is here: "
                    + SafePath.visible(got.path()) + ". To follow a part, follow the folder with --include.");
        }
        if (Peers.isOneVersion(command.target)
                || isInFolder(command.target, got)
                || !isWanted(wanted, command, got)
                || Peers.follows(surroundings.home(), got.name())) {
            return ExitCode.DONE;
        }
        Output told = command.output();
        SubscriptionWish.Subscribe wish = new SubscriptionWish.Subscribe(
                index,
                command.target,
                got.path(),
                true,
                null,
                command.limit,
                command.include,
                command.exclude,
                false,
                false,
                true);
        int exit = command.ask(told, command.choices(index), wish, told::report);
        if (exit == ExitCode.DONE && !common.json && !common.quiet) {
            surroundings.screen().remark(SubscriptionText.LATER);
        }
        return exit;
    }

    /** A part of a folder has no name of its own that could be followed. */
    private static boolean isInFolder(String target, Report.Got got) {
        return target.startsWith(got.name() + "/");
    }

    private boolean isWanted(boolean wanted, GetCommand command, Report.Got got) {
        String configured = command.configuration().value(Setting.SUBSCRIBE).orElse("never");
        if (wanted || configured.equals("always")) {
            return true;
        }
        boolean asks = configured.equals("ask")
                && surroundings.inputIsTerminal()
                && !common.json
                && !common.quiet
                && !surroundings.screen().isClosed();
        return asks && !Peers.follows(surroundings.home(), got.name()) && isAgreed(got.name());
    }

    private boolean isAgreed(String name) {
        surroundings
                .screen()
                .remark("Follow " + SafePath.visible(name) + ", so that each new version is put there as well? [y/N]");
        String answer = line(surroundings.input()).strip().toLowerCase(Locale.ROOT);
        return answer.equals("y") || answer.equals("yes");
    }

    private static String line(InputStream in) {
        StringBuilder line = new StringBuilder();
        try {
            for (int next = in.read(); next >= 0 && next != '\n' && line.length() < MOST_CHARACTERS; next = in.read()) {
                line.append((char) next);
            }
        } catch (IOException nobody) {
            return "";
        }
        return line.toString();
    }
}
