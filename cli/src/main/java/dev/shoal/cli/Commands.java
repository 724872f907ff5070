package dev.shoal.cli;

import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

/**
 * The commands by name. Only the one that is asked for is loaded, because reading the options of all of them takes
 * longer than most of them run.
 */
final class Commands {

    /** The name of the program. */
    static final String PROGRAM = "shoal";

    /** In the order of the help. */
    private static final List<String> NAMES = List.of(
            "share",
            "get",
            "sub",
            "unsub",
            "subs",
            "restore",
            "resolve",
            "ls",
            "search",
            "info",
            "rollback",
            "rm",
            "who",
            "signup",
            "login",
            "logout",
            "whoami",
            "passwd",
            "devices",
            "recover",
            "codes",
            "give",
            "accept",
            "key",
            "group",
            "allow",
            "admin",
            "up",
            "down",
            "page",
            "stop",
            "link",
            "links",
            "unlink",
            "status",
            "shell",
            "index",
            "verify",
            "doctor",
            "config",
            "limit",
            "pause",
            "resume",
            "completion",
            "train");

    private static final int MAX_HELP_COLUMNS = 100;
    private static final int MIN_HELP_COLUMNS = 60;

    /** Deeper causes tell nothing new. */
    private static final int MAX_CAUSES = 8;

    private Commands() {}

    /**
     * Carries out one command line.
     *
     * @return the exit code
     */
    static int execute(Surroundings surroundings, String... arguments) {
        Screen screen = surroundings.screen();
        int exit = arguments.length == 1 && isVersion(arguments[0])
                ? tellVersion(screen)
                : carryOut(surroundings, arguments);
        return screen.trouble().map(trouble -> unwritten(trouble, exit, screen)).orElse(exit);
    }

    private static boolean isVersion(String argument) {
        return argument.equals("--version") || argument.equals("-V");
    }

    /** Where nothing else is asked, no options are read either: that would take longer than all the rest. */
    private static int tellVersion(Screen screen) {
        screen.result(PROGRAM + " " + version());
        return ExitCode.DONE;
    }

    private static int carryOut(Surroundings surroundings, String... arguments) {
        CommandLine line = line(surroundings, arguments.length == 0 ? "" : arguments[0]);
        boolean json = Arrays.asList(arguments).contains("--json");
        boolean verbose = Arrays.asList(arguments).contains("-v")
                || Arrays.asList(arguments).contains("--verbose");
        StringWriter written = new StringWriter();
        line.setOut(new PrintWriter(written));
        line.setParameterExceptionHandler(
                (mistake, given) -> misused(surroundings, Misspelling.behind(mistake, given), json));
        line.setExecutionExceptionHandler((failure, command, parsed) -> failed(surroundings, failure, json, verbose));
        int exit = line.execute(arguments);
        line.getOut().flush();
        written.toString().lines().forEach(surroundings.screen()::result);
        return exit;
    }

    /** What a command is worth whose results could not be written. */
    private static int unwritten(IOException trouble, int exit, Screen screen) {
        if (ExitCode.isReaderGone(trouble)) {
            // Whoever leaves does not want to be told; that the command failed on its own is worth more.
            return exit == ExitCode.DONE || exit == ExitCode.INTERRUPTED ? ExitCode.OUTPUT_CLOSED : exit;
        }
        screen.remark("shoal: " + Mistake.output(trouble).getMessage());
        return ExitCode.DISK;
    }

    private static CommandLine line(Surroundings surroundings, String first) {
        if (isVersion(first)) {
            return withCommands(surroundings, List.of());
        }
        return NAMES.contains(first) ? withCommands(surroundings, List.of(first)) : whole(surroundings);
    }

    /** All commands, for help and completion. */
    static CommandLine whole(Surroundings surroundings) {
        CommandLine line = withCommands(surroundings, NAMES);
        line.addSubcommand("help", new CommandLine(new HelpCommand()));
        return line;
    }

    private static CommandLine withCommands(Surroundings surroundings, List<String> names) {
        CommandLine line = new CommandLine(new ShoalCommand());
        line.getCommandSpec().version(PROGRAM + " " + version());
        for (String name : names) {
            line.addSubcommand(name, new CommandLine(command(name, surroundings)));
        }
        Screen screen = surroundings.screen();
        line.registerConverter(HostAndPort.class, Commands::address);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(Math.clamp(screen.resultColumns(), MIN_HELP_COLUMNS, MAX_HELP_COLUMNS));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(screen.paint().isOn() ? Ansi.ON : Ansi.OFF));
        return line;
    }

    private static HostAndPort address(String text) {
        try {
            return HostAndPort.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    private static Subcommand command(String name, Surroundings surroundings) {
        return switch (name) {
            case "share" -> new ShareCommand(surroundings);
            case "get" -> new GetCommand(surroundings);
            case "sub" -> new SubscribeCommand(surroundings);
            case "unsub" -> new UnsubscribeCommand(surroundings);
            case "subs" -> new SubscriptionsCommand(surroundings);
            case "restore" -> new RestoreCommand(surroundings);
            case "resolve" -> new ResolveCommand(surroundings);
            case "ls" -> new ListCommand(surroundings);
            case "search" -> new SearchCommand(surroundings);
            case "info" -> new InfoCommand(surroundings);
            case "rollback" -> new RollbackCommand(surroundings);
            case "rm" -> new RemoveCommand(surroundings);
            case "who" -> new WhoCommand(surroundings);
            case "signup" -> new SignUpCommand(surroundings);
            case "login" -> new LogInCommand(surroundings);
            case "logout" -> new LogOutCommand(surroundings);
            case "whoami" -> new WhoAmICommand(surroundings);
            case "passwd" -> new PasswordCommand(surroundings);
            case "devices" -> new DevicesCommand(surroundings);
            case "recover" -> new RecoverCommand(surroundings);
            case "codes" -> new CodesCommand(surroundings);
            case "give" -> new GiveCommand(surroundings);
            case "accept" -> new AcceptCommand(surroundings);
            case "key" -> new KeyCommand(surroundings);
            case "group" -> new GroupCommand(surroundings);
            case "allow" -> new AllowCommand(surroundings);
            case "admin" -> new AdminCommand(surroundings);
            case "up" -> new UpCommand(surroundings);
            case "down" -> new DownCommand(surroundings);
            case "page" -> new PageCommand(surroundings);
            case "stop" -> new StopCommand(surroundings);
            case "link" -> new LinkCommand(surroundings);
            case "links" -> new LinksCommand(surroundings);
            case "unlink" -> new UnlinkCommand(surroundings);
            case "status" -> new StatusCommand(surroundings);
            case "shell" -> new ShellCommand(surroundings);
            case "index" -> new IndexCommand(surroundings);
            case "verify" -> new VerifyCommand(surroundings);
            case "doctor" -> new DoctorCommand(surroundings);
            case "config" -> new ConfigCommand(surroundings);
            case "limit" -> new LimitCommand(surroundings);
            case "pause" -> new PauseCommand(surroundings);
            case "resume" -> new ResumeCommand(surroundings);
            case "completion" -> new CompletionCommand(surroundings);
            case "train" -> new TrainCommand(surroundings);
            default -> throw new IllegalArgumentException("there is no command " + name);
        };
    }

    /** The version of this build. */
    static String version() {
        String version = Commands.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static int misused(Surroundings surroundings, ParameterException mistake, boolean json) {
        String command = mistake.getCommandLine().getCommandSpec().qualifiedName();
        String message = sentence(mistake.getMessage());
        List<String> close = mistake instanceof CommandLine.UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions()
                : List.of();
        String hint = close.isEmpty()
                ? " See `" + command + " --help`."
                : " Did you mean " + String.join(" or ", close) + "?";
        String whole = message.contains("--help`") ? message : message + hint;
        error(surroundings, json).failed("usage", whole, ExitCode.USAGE);
        return ExitCode.USAGE;
    }

    private static int failed(Surroundings surroundings, Exception failure, boolean json, boolean verbose) {
        PeerException.Reason reason =
                failure instanceof PeerException known ? known.reason() : PeerException.Reason.FAILED;
        String message = failure instanceof PeerException
                ? String.valueOf(failure.getMessage())
                : "Something went wrong that should not: " + sentence(Mistake.reason(failure))
                        + " Run it again with -v to see where.";
        int exit = ExitCode.of(reason);
        error(surroundings, json).failed(reason.name().toLowerCase(Locale.ROOT), message, exit);
        if (verbose && !(failure instanceof PeerException)) {
            trace(failure, surroundings.screen());
        }
        return exit;
    }

    private static void trace(Throwable failure, Screen screen) {
        Throwable cause = failure;
        // A chain of causes is short, and may be a circle.
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            screen.remark((depth == 0 ? "" : "caused by ") + cause);
            for (StackTraceElement element : cause.getStackTrace()) {
                screen.remark("    at " + element);
            }
            cause = cause.getCause();
        }
    }

    private static Output error(Surroundings surroundings, boolean json) {
        CommonOptions options = new CommonOptions();
        options.json = json;
        return Outputs.of(options, surroundings);
    }

    private static String sentence(@Nullable String text) {
        String plain = text == null ? "unknown" : text.strip();
        return plain.endsWith(".") || plain.endsWith("?") ? plain : plain + ".";
    }
}
