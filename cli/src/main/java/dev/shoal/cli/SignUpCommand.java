package dev.shoal.cli;

import dev.shoal.peer.AccountReport;
import dev.shoal.peer.AccountWish;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.Secret;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shoal signup}. */
@Command(
        name = "signup",
        description = "Make an account at the index; what is shared from this home is then published as it.",
        footer = {
            "Tells the recovery codes, this once: each of them sets a new password when the old one",
            "is forgotten or all devices are gone (`shoal recover`).",
            "For scripts: printf '%%s\\n' \"$password\" | shoal signup ada --json; with --invite, the",
            "invitation is a line before that."
        })
final class SignUpCommand extends EnrollingCommand {

    /** Never an argument, which others on the machine could read. */
    @Option(names = "--invite", description = "You have an invitation: it is asked for before the password.")
    boolean invited;

    SignUpCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    AccountWish wish(@Nullable String index, String user, Passwords passwords) {
        Secret invite = invited ? passwords.known("Invitation: ") : null;
        return new AccountWish.SignUp(index, user, passwords.fresh(), device, invite);
    }

    /** Codes that were told are kept no longer; those that nobody could be told are told by the next sign-up. */
    @Override
    int ask(Output output, Peers.Options choices, Request request, Consumer<Report> reports) {
        Request.CodesShown[] shown = new Request.CodesShown[1];
        int exit = super.ask(output, choices, request, report -> {
            reports.accept(report);
            if (report instanceof AccountReport.SignedUp signedUp
                    && surroundings.screen().trouble().isEmpty()) {
                shown[0] = new Request.CodesShown(signedUp.indexKey());
            }
        });
        if (shown[0] != null) {
            super.ask(output, choices, shown[0], report -> {});
        }
        return exit;
    }
}
