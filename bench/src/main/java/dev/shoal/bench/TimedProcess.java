package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that was run to its end: how long it took and how much processor time it and its children used.
 *
 * @param wallSeconds from before it was started until it had ended
 * @param cpuSeconds in user and system mode, in steps of the system's clock (10 ms on Linux)
 * @param output what it wrote to standard output and error
 */
record TimedProcess(double wallSeconds, double cpuSeconds, String output) {

    /** Nothing that is measured here takes as long on any machine. */
    private static final long LIMIT_SECONDS = 300;

    /** What has ended can only be asked by its parent, so the parent is a shell, which tells. */
    private static final String SHELL_TEXT = "told=$0; \"$@\"; code=$?; times >\"$told\"; exit $code";

    private static final Pattern SHELL_TIME = Pattern.compile("(\\d+)m([\\d.]+)s");

    /**
     * Runs a command.
     *
     * @param folder for two small files
     * @param environment variables on top of those of this process
     * @throws IOException when it cannot be started, takes too long, or ends with another code than 0
     */
    static TimedProcess run(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path times = folder.resolve("times");
        Path log = folder.resolve("output");
        List<String> whole = new ArrayList<>(List.of("sh", "-c", SHELL_TEXT, times.toString()));
        whole.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        long startNanos = System.nanoTime();
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        double wallSeconds = (System.nanoTime() - startNanos) / 1e9;
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String output = Files.readString(log);
        if (!ended || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command)
                    + (ended ? " failed with code " + process.exitValue() : " took more than " + LIMIT_SECONDS + " s")
                    + ": " + output.strip());
        }
        return new TimedProcess(wallSeconds, childSeconds(Files.readString(times)), output);
    }

    /** The second line of what {@code times} prints: the children's user and system time. */
    private static double childSeconds(String times) {
        String children = times.lines().skip(1).findFirst().orElse("");
        Matcher matcher = SHELL_TIME.matcher(children);
        double seconds = 0;
        while (matcher.find()) {
            seconds += 60 * Integer.parseInt(matcher.group(1)) + Double.parseDouble(matcher.group(2));
        }
        return seconds;
    }
}
