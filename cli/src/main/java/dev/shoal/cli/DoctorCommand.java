package dev.shoal.cli;

import dev.shoal.cli.Finding.State;
import dev.shoal.content.SafePath;
import dev.shoal.peer.HostAndPort;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code shoal doctor}. */
@Command(name = "doctor", description = "Look for what is wrong with the set-up, and say what to do.")
final class DoctorCommand extends Subcommand {

    private static final int LABEL_COLUMNS = 18;

    @Mixin
    final ServiceOptions service = new ServiceOptions();

    private int problems;
    private int warnings;

    DoctorCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        Output output = output();
        Consumer<Finding> tell = finding -> {
            problems += finding.state() == State.PROBLEM ? 1 : 0;
            warnings += finding.state() == State.WARNING ? 1 : 0;
            if (!common.quiet || finding.state() != State.OK) {
                output.fact(
                        "check", finding, line(finding, surroundings.screen().paint()));
            }
        };
        LocalChecks local = new LocalChecks(surroundings.home());
        HostAndPort index = local.examine(service.named(surroundings.environment()), tell);
        surroundings.services().examine(surroundings.home(), index, tell);
        if (!common.json && !common.quiet && !output.isClosed()) {
            surroundings.screen().remark(summary());
        }
        return problems == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private String summary() {
        if (problems + warnings == 0) {
            return "Everything is as it should be.";
        }
        return HumanText.count(problems, "problem", "problems") + ", "
                + HumanText.count(warnings, "warning", "warnings") + ".";
    }

    private static String line(Finding finding, Paint paint) {
        String word = TextWidth.padded(finding.state().name().toLowerCase(Locale.ROOT), 9);
        String state = switch (finding.state()) {
            case OK -> paint.green(word);
            case WARNING -> paint.yellow(word);
            case PROBLEM -> paint.red(word);
        };
        return state + TextWidth.padded(finding.check(), LABEL_COLUMNS) + " " + SafePath.visible(finding.sentence());
    }
}
