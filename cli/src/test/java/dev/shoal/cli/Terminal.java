package dev.shoal.cli;

import dev.shoal.peer.Home;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Commands as a person types them, with everything that is real behind them, in this process. */
record Terminal(Path home, Path folder, Services services, String input) {

    private static final long LIMIT_SECONDS = 90;

    Terminal(Path home, Path folder) {
        this(home, folder, new Wiring(), "");
    }

    /** The same with other ways to the rooms below. */
    Terminal with(Services others) {
        return new Terminal(home, folder, others, input);
    }

    /** The same with this on standard input. */
    Terminal typing(String text) {
        return new Terminal(home, folder, services, text);
    }

    /** How a command ended, and what it wrote. */
    record Ended(int exit, String out, String err) {}

    /** A command that runs. */
    record Running(
            ByteArrayOutputStream out,
            ByteArrayOutputStream err,
            Interruption interruption,
            CompletableFuture<Integer> exit) {

        /** Waits for a text that it writes to standard output. */
        String await(Pattern pattern) {
            Awaitility.await()
                    .atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
                    .failFast(() -> exit.isDone() && !pattern.matcher(text(out)).find())
                    .until(() -> pattern.matcher(text(out)).find());
            Matcher matcher = pattern.matcher(text(out));
            return matcher.find() ? matcher.group() : "";
        }

        /** Ctrl-C. */
        Ended interrupt() {
            interruption.interrupt();
            return end();
        }

        Ended end() {
            return new Ended(exit.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join(), text(out), text(err));
        }

        private static String text(ByteArrayOutputStream bytes) {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    /** Runs a command to its end. */
    Ended run(String... arguments) {
        return begin(arguments).end();
    }

    /** Starts a command. */
    Running begin(String... arguments) {
        Running running = new Running(
                new ByteArrayOutputStream(),
                new ByteArrayOutputStream(),
                new Interruption(),
                new CompletableFuture<>());
        Thread.ofVirtual().name("command " + arguments[0]).start(() -> {
            try {
                running.exit.complete(Commands.execute(surroundings(running), arguments));
            } catch (RuntimeException | Error e) {
                running.exit.completeExceptionally(e);
            } finally {
                running.interruption.ended();
            }
        });
        return running;
    }

    private Surroundings surroundings(Running running) {
        StreamScreen screen = new StreamScreen(
                running.out,
                new PrintStream(running.err, true, StandardCharsets.UTF_8),
                false,
                false,
                () -> 1_000,
                Paint.NONE);
        InputStream typed = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return new Surroundings(
                Map.of(Home.VARIABLE, home.toString()),
                folder,
                typed,
                new ByteArrayOutputStream(),
                false,
                new LineSecrets(typed, running.interruption),
                screen,
                InstantSource.system(),
                running.interruption,
                services);
    }
}
