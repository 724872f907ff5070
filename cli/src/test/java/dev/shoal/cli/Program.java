package dev.shoal.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** The program in a process of its own, maybe started by another program. */
final class Program implements AutoCloseable {

    private static final long LIMIT_SECONDS = 120;

    /** Takes what such a JVM unpacks for itself and cannot remove when it is killed; gone when this process is. */
    private static final Path UNPACKED = unpacked();

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private Program(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    private static Path unpacked() {
        try {
            Path folder = Files.createTempDirectory(Path.of(System.getProperty("java.io.tmpdir")), "unpacked");
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            files.map(Path::toFile).forEach(File::delete);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line that starts the program in a JVM like this one, without its arguments. */
    static List<String> java(String... options) {
        List<String> command = new ArrayList<>(jvm());
        // As the launcher has it; many of them end in a test.
        command.add("-XX:UserThreadWaitAttemptsAtExit=1");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(options));
        command.add(Main.class.getName());
        return command;
    }

    /** A JVM that is quickly there: no second compiler, and no proof of classes that this build has just compiled. */
    static List<String> jvm() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.sqlite.tmpdir=" + UNPACKED,
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote");
    }

    /** Starts it. */
    static Program start(Path home, List<String> start, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SHOAL_HOME", home.toString());
        builder.environment().remove("SHOAL_INDEX");
        return new Program(builder.start());
    }

    /** Whether a command that prepares a test succeeds. */
    static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Skips a test on a machine that has not what it needs, and says so where the tests run and in their report. */
    static void needs(boolean there, String what) {
        if (!there) {
            System.err.println("Skipped: the test needs " + what + ".");
        }
        Assumptions.assumeTrue(there, "the test needs " + what);
    }

    /** Waits for its end. Returns the exit code. */
    int exit() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + LIMIT_SECONDS + " s: " + text());
        }
        reader.join();
        return process.exitValue();
    }

    /** Writes to its standard input, and ends that. */
    void type(String text) throws IOException {
        try (OutputStream input = process.getOutputStream()) {
            input.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Kills it, as a machine does that loses its power but for the system's memory. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        exit();
    }

    /** Its number. */
    long pid() {
        return process.pid();
    }

    /** What it wrote, standard error included. */
    String text() {
        return String.join("\n", lines);
    }

    /** Waits for a text that it writes. */
    String await(Pattern pattern) {
        Awaitility.await()
                .atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
                .failFast(() -> !process.isAlive()
                        && !reader.isAlive()
                        && !pattern.matcher(text()).find())
                .until(() -> pattern.matcher(text()).find());
        Matcher matcher = pattern.matcher(text());
        return matcher.find() ? matcher.group() : "";
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // The process was ended from here.
            Thread.onSpinWait();
        }
    }
}
