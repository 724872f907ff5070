package dev.shoal.cli;

import dev.shoal.content.ContentId;
import dev.shoal.content.SafePath;
import dev.shoal.peer.Cancellation;
import dev.shoal.peer.PeerEvents.Level;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionWish;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Reads lines at a prompt and carries them out, one after the other; shares and downloads go on in the background. With
 * a person at the prompt they are only started; from a pipe each line is done before the next one is read. Its user is
 * on-line meanwhile. No error leaves it. Runs on the main thread.
 */
final class Shell {

    private static final String EVERYTHING = "*";
    private static final Predicate<String> ALL = word -> word.equals("--all") || word.equals("-a");

    private final Surroundings surroundings;
    private final ShellInput input;
    private final RecentNames recent;
    private final PeerService peer;
    private final @Nullable String index;
    private final Screen screen;
    private final Jobs jobs = new Jobs();
    private final String user;
    private final ShellAccounts accounts;
    private boolean left;

    /**
     * At an input.
     *
     * @param user who it goes by
     */
    Shell(
            Surroundings surroundings,
            ShellInput input,
            RecentNames recent,
            PeerService peer,
            @Nullable String index,
            String user) {
        this.surroundings = surroundings;
        this.input = input;
        this.recent = recent;
        this.peer = peer;
        this.index = index;
        this.user = user;
        this.screen = new ShellScreen(input, surroundings.screen());
        this.accounts = new ShellAccounts(index, user, input, screen, (request, reports) -> ask(request, "", reports));
    }

    /** Reads and carries out lines until the person quits, the input ends, or the program must stop. */
    void run() {
        surroundings.interruption().whenInterrupted(input::wake);
        Attendance attendance = Attendance.begin(peer, new Request.Attend(index), output());
        if (input.isTerminal()) {
            ShellVerb.menu().forEach(screen::result);
        } else {
            // Nobody sits at a prompt, and what the first line asks for should not depend on which is quicker.
            attendance.awaitSettled(surroundings.interruption());
        }
        while (!left) {
            String line = input.line(user + "> ");
            if (line == null || surroundings.interruption().isInterrupted() || screen.isClosed()) {
                break;
            }
            carryOut(line);
        }
        attendance.close();
        peer.leave();
        jobs.stopAll();
        if (input.isTerminal() && !surroundings.interruption().isInterrupted()) {
            screen.result("Everything that you shared here is deregistered. Bye.");
        }
    }

    private void carryOut(String line) {
        try {
            List<String> words = ShellWords.of(line);
            if (!words.isEmpty()) {
                Optional<ShellVerb> verb = ShellVerb.of(words.getFirst());
                if (verb.isEmpty()) {
                    throw Mistake.usage(
                            "There is no command \"" + SafePath.visible(words.getFirst()) + "\"; ? shows them.");
                }
                carryOut(verb.get(), words.subList(1, words.size()));
            }
        } catch (PeerException e) {
            failed(e.reason().name(), String.valueOf(e.getMessage()), ExitCode.of(e.reason()));
        } catch (RuntimeException e) {
            failed("failed", "Something went wrong that should not: " + Mistake.reason(e), ExitCode.FAILED);
        }
    }

    private void failed(String reason, String message, int exit) {
        output().failed(reason.toLowerCase(Locale.ROOT), message, exit);
    }

    private void carryOut(ShellVerb verb, List<String> words) {
        switch (verb) {
            case REGISTER -> share(words);
            case SEARCH -> search(String.join(" ", words));
            case DOWNLOAD -> download(words);
            case ONLINE -> list(words.stream().anyMatch(ALL));
            case LIST -> list(true);
            case LOCATIONS -> ask(new Request.Describe(index, one(verb, words)), "There is no such name.");
            case ROLLBACK -> rollBack(words);
            case DEREGISTER -> deregister(words);
            case USERS -> ask(new Request.Users(index), "Nobody is on-line at the moment.");
            case JOBS -> jobs.print(screen);
            case STOP -> stop(one(verb, words));
            case VERIFY -> verify(words);
            case LIMIT -> limit(words);
            case PAUSE ->
                ask(parsed(new PauseCommand(surroundings), verb, words).wish(), "");
            case RESUME ->
                ask(parsed(new ResumeCommand(surroundings), verb, words).wish(), "");
            case FOLLOW -> follow(words);
            case UNFOLLOW -> ask(new SubscriptionWish.Unsubscribe(index, one(verb, words)), "");
            case FOLLOWED -> ask(new SubscriptionWish.ListSubscriptions(index, false), "You follow nothing.");
            case RESTORE -> ask(RestoreCommand.wish(index, words), "");
            case RESOLVE -> ask(ResolveCommand.wish(index, words), "");
            case SIGN_UP -> accounts.signUp(words);
            case LOG_IN -> accounts.logIn(words);
            case LOG_OUT -> accounts.logOut();
            case WHO_AM_I -> accounts.whoAmI();
            case PASSWORD -> accounts.changePassword();
            case DEVICES -> accounts.devices(words);
            case RECOVER -> accounts.recover(words);
            case CODES -> accounts.replaceCodes();
            case GIVE -> accounts.give(words);
            case ACCEPT -> accounts.accept(one(verb, words));
            case GROUP -> accounts.group(words);
            case ALLOW -> accounts.allow(words);
            case ADMIN -> accounts.administer(surroundings, words);
            case KEY -> accounts.key(surroundings, words, output());
            case STATUS -> ask(new Request.Status(index), "");
            case QUIT -> left = true;
            case HELP -> ShellVerb.menu().forEach(screen::result);
        }
    }

    private void list(boolean all) {
        String nothing = all ? "The index knows no names yet." : "Nothing is on-line at the moment.";
        ask(new Request.ListNames(index, all), nothing);
    }

    private void search(String text) {
        if (text.isBlank()) {
            throw Mistake.usage("Say what to look for: " + ShellVerb.SEARCH.usage() + ".");
        }
        ask(new Request.Search(index, text, SearchCommand.USUAL_LIMIT), "No name matches \"" + text + "\".");
    }

    private void share(List<String> words) {
        ReaderOptions readers = new ReaderOptions();
        PromptOptions options = PromptOptions.of(readers.take(words), List.of(), List.of(ShareCommand.WATCH));
        ShellFiles meant = ShellFiles.of(options.rest(), path -> Files.exists(surroundings.absolute(path)));
        List<String> paths = meant.files().stream()
                .map(path -> surroundings.source(path).toString())
                .toList();
        begin(
                String.join(", ", meant.files()),
                new Request.Share(index, paths, meant.name(), "", null, readers.readers())
                        .watching(options.flags().contains(ShareCommand.WATCH)));
    }

    private void download(List<String> words) {
        PromptOptions options = PromptOptions.of(words, List.of(), List.of(GetCommand.LIKE), List.of());
        List<String> rest = options.rest();
        if (rest.isEmpty() || rest.size() > 2) {
            throw Mistake.usage("Say what to get: " + ShellVerb.DOWNLOAD.usage() + ".");
        }
        String path = rest.size() == 2 ? rest.get(1) : ".";
        String output = surroundings.target(path).toString();
        List<String> like = GetCommand.alike(surroundings, options.values(GetCommand.LIKE));
        begin(rest.getFirst(), new Request.Get(index, rest.getFirst(), output, true, false, false, null, like));
    }

    private void begin(String title, Request request) {
        Job job = jobs.start(peer, SafePath.visible(title), request, output());
        if (input.isTerminal()) {
            screen.result("Job " + job.number() + " begins: " + SafePath.visible(title) + ". J shows how it goes.");
            return;
        }
        surroundings.interruption().whenInterrupted(() -> {
            input.wake();
            job.stop();
        });
        try {
            job.awaitSettled();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            surroundings.interruption().whenInterrupted(input::wake);
        }
    }

    private void deregister(List<String> words) {
        List<String> names = words;
        if (names.isEmpty()) {
            String answer = input.line("Which name? (" + EVERYTHING + " for all of yours, nothing for none) ");
            names = answer == null ? List.of() : ShellWords.of(answer);
        }
        boolean all = names.stream().anyMatch(ALL.or(EVERYTHING::equals));
        if (all) {
            jobs.stopAll();
        } else {
            names.forEach(jobs::stop);
        }
        if (!names.isEmpty()) {
            ask(new Request.Remove(index, all ? List.of() : List.copyOf(names), all), "");
        }
    }

    private void stop(String word) {
        boolean stopped = isNumber(word) ? jobs.stop(Integer.parseInt(word)) : jobs.stop(word);
        if (!stopped) {
            throw Mistake.notFound("There is no job " + SafePath.visible(word) + "; J shows them.");
        }
    }

    private void limit(List<String> words) {
        if (words.size() == 2 && words.stream().noneMatch(word -> word.startsWith("-"))) {
            ask(new Request.Limit(words.get(0), words.get(1)), LimitCommand.done(words.get(0), words.get(1)));
            return;
        }
        LimitCommand command = parsed(new LimitCommand(surroundings), ShellVerb.LIMIT, words);
        if (command.name != null) {
            throw Mistake.usage("Say what to limit, and how: " + ShellVerb.LIMIT.usage() + ".");
        }
        ask(command.wish(), "");
    }

    /** A command with its options as they are written on the command line. */
    private static <T extends Subcommand> T parsed(T command, ShellVerb verb, List<String> words) {
        try {
            new CommandLine(command).parseArgs(words.toArray(String[]::new));
            return command;
        } catch (ParameterException e) {
            throw Mistake.usage(e.getMessage() + " Write it so: " + verb.usage() + ".");
        }
    }

    private void rollBack(List<String> words) {
        if (words.size() != 2 || !isNumber(words.get(1))) {
            throw Mistake.usage("Say which name, and which version of it: " + ShellVerb.ROLLBACK.usage() + ".");
        }
        ask(new Request.RollBack(index, words.get(0), Integer.parseInt(words.get(1)), null), "");
    }

    private void follow(List<String> words) {
        if (words.isEmpty() || words.size() > 2) {
            throw Mistake.usage("Say what to follow: " + ShellVerb.FOLLOW.usage() + ".");
        }
        boolean chosen = words.size() == 2;
        String output = surroundings.target(chosen ? words.get(1) : ".").toString();
        ask(
                new SubscriptionWish.Subscribe(
                        index, words.getFirst(), output, chosen, null, null, !input.isTerminal(), false),
                "");
    }

    private void verify(List<String> words) {
        if (words.size() != 2) {
            throw Mistake.usage("Say which file and which content: " + ShellVerb.VERIFY.usage() + ".");
        }
        ContentId expected = ContentReference.resolve(
                words.get(1),
                (target, reports) -> peer.run(new Request.Describe(index, target), reports, new Cancellation()));
        VerifyCommand.verify(surroundings, words.get(0), expected, output());
    }

    private static boolean isNumber(String word) {
        return !word.isEmpty() && word.length() < 9 && word.chars().allMatch(letter -> letter >= '0' && letter <= '9');
    }

    private static String one(ShellVerb verb, List<String> words) {
        if (words.size() != 1) {
            throw Mistake.usage("Write it so: " + verb.usage() + ".");
        }
        return words.getFirst();
    }

    /** Asks and waits for the whole answer; Ctrl-C ends the waiting and not the shell. */
    private void ask(Request request, String nothing) {
        ask(request, nothing, report -> {});
    }

    private void ask(Request request, String nothing, Consumer<Report> reported) {
        Cancellation cancellation = new Cancellation();
        Output output = output();
        int[] reports = new int[1];
        input.onInterrupt(cancellation::cancel);
        surroundings.interruption().whenInterrupted(() -> {
            input.wake();
            cancellation.cancel();
        });
        try {
            peer.run(
                    request,
                    report -> {
                        reports[0]++;
                        recent.saw(report);
                        output.report(report);
                        reported.accept(report);
                    },
                    cancellation);
        } finally {
            output.end();
            input.onInterrupt(null);
            surroundings.interruption().whenInterrupted(input::wake);
        }
        if (reports[0] == 0 && !nothing.isEmpty()) {
            screen.result(nothing);
        }
    }

    private Output output() {
        TextOutput.Style style = new TextOutput.Style(false, Level.INFO, surroundings.time(), Outputs.command());
        return new TextOutput(screen, style);
    }
}
