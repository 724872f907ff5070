package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that runs beside what is measured until it is closed; it is killed when the benchmark is. For one thread.
 */
final class LongProcess implements AutoCloseable {

    private static final Pattern HEAP_TOTAL = Pattern.compile("^Total +\\d+ +(\\d+)", Pattern.MULTILINE);
    private static final long POLL_MILLIS = 10;
    private static final long STOP_SECONDS = 10;

    private final Process process;
    private final Path log;
    private final String name;
    private final Thread killing;

    private LongProcess(Process process, Path log, String name) {
        this.process = process;
        this.log = log;
        this.name = name;
        this.killing = Thread.ofPlatform().unstarted(this::killTree);
        Runtime.getRuntime().addShutdownHook(killing);
    }

    /**
     * Starts a command.
     *
     * @param log takes what it writes to standard output and error
     * @param environment variables on top of those of this process
     */
    static LongProcess start(Path log, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new LongProcess(builder.start(), log, String.join(" ", command));
    }

    /**
     * Waits until it has written something.
     *
     * @return the first group of the pattern, or all that matched when it has none
     * @throws IOException when it ends before, or takes longer
     */
    String await(Pattern pattern, Duration limit) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean running = process.isAlive();
            String text = Files.readString(log);
            Matcher matcher = pattern.matcher(text);
            if (matcher.find()) {
                return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
            }
            if (!running || System.nanoTime() > endNanos) {
                throw new IOException(
                        name + (running ? " is not ready after " + limit.toSeconds() + " s" : " has ended") + ": "
                                + text.strip());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** What it has written. */
    String output() throws IOException {
        return Files.readString(log).strip();
    }

    /** Processor time that it and its children have used; see {@link ProcessorTime}. */
    double cpuSeconds() {
        return ProcessorTime.secondsOfTree(process.toHandle());
    }

    /** Waits until all its children are gone, so that their processor time is known; some seconds at most. */
    void awaitChildless() throws InterruptedException {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        while (process.descendants().findAny().isPresent() && System.nanoTime() < endNanos) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Memory that it has in use. */
    long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(-1);
    }

    /**
     * What lives on its heap, when it is a Java machine.
     *
     * @param folder for small files
     */
    long liveHeapBytes(Path folder) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = Long.toString(process.pid());
        String histogram = TimedProcess.run(folder, Map.of(), List.of(jcmd, pid, "GC.class_histogram"))
                .output();
        Matcher total = HEAP_TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IOException("jcmd does not tell what is on the heap: " + histogram.strip());
        }
        return Long.parseLong(total.group(1));
    }

    /** Whether it runs. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** What it ended with; it has ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** Its number. */
    long pid() {
        return process.pid();
    }

    /** Ends it as a power cut would, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Whoever is killed cannot end its own children. */
    private void killTree() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** Asks it to end, and makes it end when it does not within some seconds. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(killing);
        } catch (IllegalStateException e) {
            // The benchmark itself is being ended; the hook runs now.
            return;
        }
    }
}
