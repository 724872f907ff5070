package dev.shoal.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The {@code shoal} program. */
public final class Main {

    /**
     * Which of standard input (0), output (1) and error (2) are terminals, as the launcher tells. Without it none is:
     * plain text is never wrong.
     */
    private static final String TERMINALS_PROPERTY = "shoal.terminals";

    /** How wide the terminal is. */
    private static final String COLUMNS_PROPERTY = "shoal.columns";

    /** How many lines it has. */
    private static final String ROWS_PROPERTY = "shoal.rows";

    /** Text leaves a line at a time; this much may be put together before. */
    private static final int TEXT_BUFFER_BYTES = 8 * 1024;

    /** What takes longer than this opens all jars; quick commands do not pay for it. */
    private static final long OPEN_JARS_MILLIS = 2_000;

    private Main() {}

    /** Carries out one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Logging.silent();
        Interruption interruption = new Interruption();
        // Ctrl-C and SIGTERM begin an orderly end of the virtual machine, which then has the exit code 130 or 143.
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::interrupt, "interruption"));
        CompletableFuture.delayedExecutor(OPEN_JARS_MILLIS, TimeUnit.MILLISECONDS)
                .execute(Main::openJars);
        int exit = ExitCode.FAILED;
        try {
            Surroundings surroundings = surroundings(interruption, System.getenv());
            Thread.setDefaultUncaughtExceptionHandler(new Uncaught(surroundings.screen()::remark, System::nanoTime));
            exit = Commands.execute(surroundings, arguments);
        } finally {
            interruption.ended();
        }
        System.exit(exit);
    }

    /**
     * Opens every jar of the class path, so that a process that runs when a newer Shoal is put in its place still finds
     * its own classes: a file that is open outlives its name. To look for what is in none of them opens them all.
     */
    private static void openJars() {
        ClassLoader.getSystemClassLoader().getResource("dev/shoal/cli/nothing");
    }

    private static Surroundings surroundings(Interruption interruption, Map<String, String> environment) {
        String terminals = System.getProperty(TERMINALS_PROPERTY, "");
        FileOutputStream output = new FileOutputStream(FileDescriptor.out);
        PrintStream remarks = text(new FileOutputStream(FileDescriptor.err));
        int columns = columns(environment);
        StreamScreen screen = new StreamScreen(
                output,
                remarks,
                terminals.contains("1"),
                terminals.contains("2"),
                () -> columns,
                number(ROWS_PROPERTY, environment.getOrDefault("LINES", ""), 0),
                new Paint(terminals.contains("1") && isColourful(environment)));
        return new Surroundings(
                environment,
                Path.of("").toAbsolutePath(),
                System.in,
                output,
                terminals.contains("0") && terminals.contains("1"),
                terminals.contains("0")
                        ? new TerminalSecrets(System.in, remarks, interruption)
                        : new LineSecrets(System.in, interruption),
                screen,
                InstantSource.system(),
                interruption,
                new Wiring());
    }

    private static PrintStream text(FileOutputStream stream) {
        return new PrintStream(new BufferedOutputStream(stream, TEXT_BUFFER_BYTES), false, StandardCharsets.UTF_8);
    }

    private static int columns(Map<String, String> environment) {
        return number(COLUMNS_PROPERTY, environment.getOrDefault("COLUMNS", ""), StreamScreen.USUAL_COLUMNS);
    }

    private static int number(String property, String otherwise, int usual) {
        try {
            int told = Integer.parseInt(System.getProperty(property, otherwise));
            return told > 0 ? told : usual;
        } catch (NumberFormatException e) {
            return usual;
        }
    }

    /** As no-color.org asks, and a terminal that knows no colours gets none. */
    private static boolean isColourful(Map<String, String> environment) {
        boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        return !refused && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }
}
