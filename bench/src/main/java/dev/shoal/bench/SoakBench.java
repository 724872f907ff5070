package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code soak}: an index and two peers that stay share, get and remove files for an hour, while a third comes and is
 * killed; what the three that stay hold must not grow.
 */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = "Shares, gets and removes for an hour; fails when memory, descriptors or threads grow.")
final class SoakBench implements Callable<Integer> {

    private static final int FILE_BYTES = 3 * 1024 * 1024;

    /** A third peer comes so often. */
    private static final int VISIT_ROUNDS = 5;

    /** How many times everybody is looked at. */
    private static final int SAMPLES = 60;

    /** Before this part of the time nothing is compared: classes are loaded, code is compiled, pools fill. */
    private static final double WARM_UP = 0.2;

    private static final double MEBIBYTE = 1024.0 * 1024.0;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern SHARED = Pattern.compile("\"type\":\"shared\"");
    private static final Pattern GOT = Pattern.compile("\"type\":\"got\"");

    @Option(names = "--minutes", defaultValue = "60", description = "How long; ${DEFAULT-VALUE}.")
    double minutes;

    @Option(names = "--folder", defaultValue = "/dev/shm", description = "Where homes and files are.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    private final Program program = Program.here();
    private final Map<String, LongProcess> watched = new LinkedHashMap<>();
    private final Map<String, List<ProcessState>> seen = new LinkedHashMap<>();
    private String address = "";

    /** What may be more at the end than after the warm-up: so much of it, and so much on top. */
    private record Allowance(String what, double factor, double more, ToDoubleFunction<ProcessState> value) {}

    private static final List<Allowance> ALLOWED = List.of(
            new Allowance("heap MiB", 1.15, 2, state -> state.heapBytes() / MEBIBYTE),
            new Allowance("resident MiB", 1.15, 16, state -> state.residentBytes() / MEBIBYTE),
            new Allowance("descriptors", 1, 8, ProcessState::descriptors),
            new Allowance("threads", 1, 8, ProcessState::threads));

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(folder);
                Program.RunningIndex index = program.index(work.path())) {
            address = index.address();
            watched.put("index", index.process());
            try (LongProcess alice = stayer(work, "alice");
                    LongProcess bob = stayer(work, "bob")) {
                watched.put("alice", alice);
                watched.put("bob", bob);
                int rounds = rounds(work);
                System.out.println(rounds + " rounds");
                List<Object> compared = new ArrayList<>();
                boolean flat = compare(compared);
                Path file = json != null ? json : program.root().resolve("bench/target/results/soak.json");
                ResultFile.write(
                        file,
                        Main.commandLine(),
                        Map.of("minutes", minutes, "rounds", rounds, "compared", compared, "flat", flat));
                return flat ? 0 : 1;
            }
        }
    }

    /** A peer that stays, as it shares something for good. */
    private LongProcess stayer(WorkFolder work, String name) throws IOException, InterruptedException {
        Path file = work.randomFile("of-" + name, FILE_BYTES);
        return started(work, name, "kept", SHARED, "share", "--user", name, file.toString());
    }

    private LongProcess started(WorkFolder work, String home, String log, Pattern ready, String... words)
            throws IOException, InterruptedException {
        List<String> command = program.command(words);
        command.addAll(List.of("--json", "--index", address));
        LongProcess process = LongProcess.start(
                work.path().resolve(home + "-" + log + ".log"),
                Program.environment(work.path().resolve("home-" + home)),
                command);
        process.await(ready, LIMIT);
        return process;
    }

    private int rounds(WorkFolder work) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        long wholeNanos = Math.round(minutes * TimeUnit.MINUTES.toNanos(1));
        int rounds = 0;
        while (System.nanoTime() - startNanos < wholeNanos) {
            round(work, rounds++);
            double part = (System.nanoTime() - startNanos) / (double) wholeNanos;
            int samples = seen.values().stream().mapToInt(List::size).findAny().orElse(0);
            if (part > WARM_UP && samples < (part - WARM_UP) / (1 - WARM_UP) * SAMPLES) {
                sample(part * minutes);
            }
        }
        return rounds;
    }

    /** Alice shares a file, bob gets it and a stranger now and then, and it is gone again. */
    private void round(WorkFolder work, int number) throws IOException, InterruptedException {
        Path file = work.randomFile("round" + number, FILE_BYTES + number);
        Path got = work.path().resolve("got");
        String name = "alice/round" + number;
        try (LongProcess sharing = started(work, "alice", "round", SHARED, "share", "--name", name, file.toString())) {
            ask(work, "bob", "get", name, "--output", got.toString());
            if (Files.mismatch(file, got) >= 0) {
                throw new IOException("round " + number + ": wrong bytes");
            }
            Files.delete(got);
            if (number % VISIT_ROUNDS == 0) {
                Path visited = work.path().resolve("visited");
                LongProcess visitor =
                        started(work, "carol", "round", GOT, "get", name, "--seed", "--output", visited.toString());
                visitor.kill();
                visitor.close();
                Files.delete(visited);
            }
            ask(work, "bob", "search", "round" + number);
            if (!sharing.isAlive()) {
                throw new IOException("round " + number + ": the share has ended");
            }
        }
        ask(work, "alice", "rm", name);
        Files.delete(file);
    }

    private void ask(WorkFolder work, String home, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program.command(words));
        command.addAll(List.of("--json", "--index", address));
        TimedProcess.run(work.path(), Program.environment(work.path().resolve("home-" + home)), command);
    }

    private void sample(double minute) throws IOException, InterruptedException {
        for (Map.Entry<String, LongProcess> process : watched.entrySet()) {
            ProcessState state = ProcessState.of(process.getValue().pid());
            seen.computeIfAbsent(process.getKey(), name -> new ArrayList<>()).add(state);
            System.err.printf(
                    Locale.ROOT,
                    "minute %.1f: %s has %.1f MiB of heap, %.0f MiB resident, %d descriptors, %d threads%n",
                    minute,
                    process.getKey(),
                    state.heapBytes() / MEBIBYTE,
                    state.residentBytes() / MEBIBYTE,
                    state.descriptors(),
                    state.threads());
        }
    }

    /** Medians of the first and of the last quarter of what was seen. Returns whether nothing grew. */
    private boolean compare(List<Object> compared) {
        TextTable table = new TextTable("", "first", "last", "allowed", "");
        boolean flat = true;
        for (Map.Entry<String, List<ProcessState>> process : seen.entrySet()) {
            List<ProcessState> states = process.getValue();
            int quarter = Math.max(1, states.size() / 4);
            for (Allowance allowance : ALLOWED) {
                double first = median(states.subList(0, quarter), allowance);
                double last = median(states.subList(states.size() - quarter, states.size()), allowance);
                double most = first * allowance.factor + allowance.more;
                flat &= last <= most;
                table.row(
                        process.getKey() + ", " + allowance.what,
                        String.format(Locale.ROOT, "%.1f", first),
                        String.format(Locale.ROOT, "%.1f", last),
                        String.format(Locale.ROOT, "%.1f", most),
                        last <= most ? "flat" : "GROWS");
                compared.add(Map.of(
                        "process", process.getKey(),
                        "what", allowance.what,
                        "first", first,
                        "last", last,
                        "allowed", most));
            }
        }
        System.out.println(table);
        return flat && !seen.isEmpty();
    }

    private static double median(List<ProcessState> states, Allowance allowance) {
        return Spread.of(states.stream()
                        .map(state -> allowance.value.applyAsDouble(state))
                        .toList())
                .median();
    }
}
