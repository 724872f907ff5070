package dev.shoal.cli;

import dev.shoal.peer.AccountReport;
import dev.shoal.peer.AccountWish;
import dev.shoal.peer.GroupWish;
import dev.shoal.peer.HomeKey;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.Secret;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What concerns accounts at the prompt of a shell. Runs on the main thread. */
final class ShellAccounts {

    /** The shell's way to ask, which tells the answers. */
    @FunctionalInterface
    interface Asking {
        void ask(Request request, Consumer<Report> told);
    }

    /** Options of the command line that the shell was started with or without. */
    private static final Set<String> DECIDED =
            Set.of("--index", "--user", "--json", "-q", "--quiet", "-v", "--verbose", "-h", "--help");

    private final @Nullable String index;
    private final String user;
    private final Passwords passwords;
    private final Screen screen;
    private final Asking asking;

    ShellAccounts(@Nullable String index, String user, ShellInput input, Screen screen, Asking asking) {
        this.index = index;
        this.user = user;
        this.passwords = new Passwords(new Typed(input));
        this.screen = screen;
        this.asking = asking;
    }

    /** Secrets that are typed at the prompt, or come as the next lines of a pipe. */
    private record Typed(ShellInput input) implements SecretInput {
        @Override
        public @Nullable String ask(String prompt) {
            return input.secret(prompt);
        }

        @Override
        public boolean isTerminal() {
            return input.isTerminal();
        }
    }

    void signUp(List<String> words) {
        boolean invited = words.size() == 2 && words.getLast().equalsIgnoreCase("invite");
        String name = user(ShellVerb.SIGN_UP, invited ? words.subList(0, 1) : words);
        Secret invite = invited ? passwords.known("Invitation: ") : null;
        Request.CodesShown[] shown = new Request.CodesShown[1];
        asking.ask(new AccountWish.SignUp(index, name, passwords.fresh(), null, invite), report -> {
            if (report instanceof AccountReport.SignedUp signedUp
                    && screen.trouble().isEmpty()) {
                shown[0] = new Request.CodesShown(signedUp.indexKey());
            }
        });
        if (shown[0] != null) {
            asking.ask(shown[0], report -> {});
        }
    }

    void logIn(List<String> words) {
        String name = user(ShellVerb.LOG_IN, words);
        asking.ask(
                new AccountWish.LogIn(index, name, passwords.known("Password of " + name + ": "), null), report -> {});
    }

    void recover(List<String> words) {
        String name = user(ShellVerb.RECOVER, words);
        asking.ask(
                new AccountWish.Recover(
                        index, name, passwords.known("Recovery code of " + name + ": "), passwords.fresh(), null),
                report -> {});
    }

    void changePassword() {
        asking.ask(
                new AccountWish.ChangePassword(index, passwords.known("Old password: "), passwords.fresh()),
                report -> {});
    }

    void devices(List<String> words) {
        boolean revokes = words.size() == 2 && words.getFirst().equalsIgnoreCase(DevicesCommand.REVOKE);
        if (!words.isEmpty() && !revokes) {
            throw Mistake.usage("Write it so: " + ShellVerb.DEVICES.usage() + ".");
        }
        asking.ask(
                revokes ? new AccountWish.RevokeDevice(index, words.get(1)) : new AccountWish.ListDevices(index),
                report -> {});
    }

    void replaceCodes() {
        asking.ask(new AccountWish.ReplaceCodes(index, passwords.known("Password: ")), report -> {});
    }

    void give(List<String> words) {
        if (words.size() < 2 || words.size() > 3) {
            throw Mistake.usage("Write it so: " + ShellVerb.GIVE.usage() + ".");
        }
        String key = words.size() == 3 ? words.get(2) : null;
        asking.ask(new AccountWish.Give(index, words.get(0), words.get(1), key), report -> {});
    }

    void accept(String subject) {
        asking.ask(new AccountWish.Accept(index, subject), report -> {});
    }

    void group(List<String> words) {
        GroupWish wish = GroupCommand.wish(index, words);
        if (wish == null) {
            throw Mistake.usage("Write it so: " + GroupCommand.USAGE + ".");
        }
        asking.ask(wish, report -> {});
    }

    void allow(List<String> words) {
        asking.ask(AllowCommand.wish(index, words), report -> {});
    }

    /** Written as on the command line, except that the shell knows its index. */
    void administer(Surroundings surroundings, List<String> words) {
        // Otherwise it would look as if another index were administered.
        for (String word : words) {
            String option = word.split("=", 2)[0];
            if (DECIDED.contains(option)) {
                throw Mistake.usage("The shell has decided about " + option + " already: leave it out.");
            }
        }
        AdminCommand command = new AdminCommand(surroundings);
        try {
            new CommandLine(command).parseArgs(words.toArray(String[]::new));
            asking.ask(command.request(index), report -> {});
        } catch (ParameterException e) {
            throw Mistake.usage(e.getMessage() + " Write it so: " + ShellVerb.ADMIN.usage() + ".");
        }
    }

    void key(Surroundings surroundings, List<String> words, Output output) {
        HomeKey key = new HomeKey(surroundings.home());
        if (words.isEmpty()) {
            screen.result(Peers.fingerprint(surroundings.home()));
        } else if (words.size() == 2 && words.getFirst().equalsIgnoreCase(KeyCommand.EXPORT)) {
            KeyCommand.export(key, surroundings.absolute(words.get(1)), passwords, output);
        } else {
            throw Mistake.usage("Write it so: " + ShellVerb.KEY.usage() + ". A key is imported while no peer runs.");
        }
    }

    void logOut() {
        asking.ask(new AccountWish.LogOut(index), report -> {});
    }

    void whoAmI() {
        asking.ask(new AccountWish.WhoAmI(index), report -> {});
    }

    private String user(ShellVerb verb, List<String> words) {
        if (words.size() > 1) {
            throw Mistake.usage("Write it so: " + verb.usage() + ".");
        }
        return AccountWish.checkedUser(words.isEmpty() ? user : words.getFirst());
    }
}
