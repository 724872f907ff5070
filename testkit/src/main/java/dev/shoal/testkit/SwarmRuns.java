package dev.shoal.testkit;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Runs simulated swarms by command and says how they did, as text and as JSON; {@code --help} says how it is called.
 * The property {@code shoal.lines=true} prints a line a run, {@code shoal.curve=true} how it did second by second;
 * {@code shoal.slots}, {@code .announce} (ms), {@code .latency} (ms), {@code .buffer} (bytes), {@code .sample} and
 * {@code .connections} change the scenario.
 */
public final class SwarmRuns {

    private static final List<String> NAMES =
            List.of("equal8", "equal16", "mixed", "slow20", "crowd100", "crowd1000", "crowd10000");

    private static final String USAGE = """
            bench/run crowd [NAME [RUNS [FIRST-SEED]]] [--json FILE]
            Swarms in virtual time in which nothing goes wrong. NAME is one of %s; equal8 if it is missing.
            """.formatted(String.join(", ", NAMES));

    /** What a command that makes no sense ends with. */
    private static final int WRONG = 2;

    private static final long MEBIBYTE = 1024 * 1024;

    private static final long MILLI = 1_000_000;

    /** What a crowd of a thousand or more, and a thousand chunks, is to reach: so many times {@code copiesNanos}. */
    private static final double MOST_OVER_COPIES = 1.08;

    private static final int CROWD = 1000;

    private final String name;
    private final PrintStream out;
    private final PrintStream err;
    private final List<SwarmResult> results = new ArrayList<>();

    private SwarmRuns(String name, PrintStream out, PrintStream err) {
        this.name = name;
        this.out = out;
        this.err = err;
    }

    /** The command. */
    public static void main(String[] arguments) throws IOException {
        int exit = main(List.of(arguments), System.out, System.err);
        if (exit != 0) {
            System.exit(exit);
        }
    }

    /** The command. Returns what the process ends with. */
    static int main(List<String> arguments, PrintStream out, PrintStream err) throws IOException {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            out.print(USAGE);
            return 0;
        }
        List<String> words = new ArrayList<>(arguments);
        int option = words.indexOf("--json");
        String json = "";
        if (option >= 0 && option + 1 < words.size()) {
            json = words.get(option + 1);
            words.subList(option, option + 2).clear();
        }
        String name = words.isEmpty() ? NAMES.getFirst() : words.getFirst();
        if (!NAMES.contains(name)) {
            err.println("No swarm is called " + name + "; there are " + String.join(", ", NAMES) + ".");
            return WRONG;
        }
        if (words.size() > 3 || !words.stream().skip(1).allMatch(word -> word.matches("[0-9]{1,9}"))) {
            err.print("The name is followed by two whole numbers at most.\n" + USAGE);
            return WRONG;
        }
        SwarmRuns swarms = new SwarmRuns(name, out, err);
        int runs = words.size() > 1 ? Math.max(1, Integer.parseInt(words.get(1))) : 1;
        long first = words.size() > 2 ? Long.parseLong(words.get(2)) : 1;
        swarms.run(runs, first);
        swarms.tell();
        ResultJson.write(json, "crowd", swarms.facts(first), out);
        return 0;
    }

    private void run(int runs, long first) {
        for (long seed = first; seed < first + runs; seed++) {
            long start = System.nanoTime();
            SwarmScenario scenario = tuned(scenario(name, seed));
            SwarmResult result = SwarmSimulation.run(scenario, second -> over(scenario, second, start));
            if (!result.violations().isEmpty() || Boolean.getBoolean("shoal.lines")) {
                out.println(result + String.format(Locale.ROOT, " (%.1f s)", (System.nanoTime() - start) / 1e9));
            }
            results.add(result);
        }
    }

    /** A second of virtual time is over, which takes a minute or more of a very large crowd. */
    private void over(SwarmScenario scenario, SwarmSecond second, long startNanos) {
        if (Boolean.getBoolean("shoal.curve")) {
            out.println(second);
        } else if (isCrowd(scenario)) {
            err.printf(Locale.ROOT, "%s (%.0f s)%n", second, (System.nanoTime() - startNanos) / 1e9);
        }
    }

    /** Medians over the runs, with the smallest and largest values. */
    private void tell() {
        out.printf(
                Locale.ROOT,
                "%s, %d runs: last/minimum %s, copies %s, half/last %s, wasted %s%n",
                name,
                results.size(),
                spread(SwarmResult::lastOverMinimum),
                spread(SwarmResult::seedCopies),
                spread(SwarmResult::halfOverLast),
                spread(SwarmResult::wastedShare));
        SwarmScenario scenario = results.getFirst().scenario();
        if (scenario.isOfEquals()) {
            out.printf(
                    Locale.ROOT,
                    "last/(1+floor(log2 N)/M copies' time, %.1f s) %s; to reach: at most %.2f; %s%n",
                    scenario.copiesNanos() / 1e9,
                    spread(SwarmResult::lastOverCopies),
                    MOST_OVER_COPIES,
                    verdict(scenario, median(SwarmResult::lastOverCopies)));
        }
    }

    /** Whether a figure is reached; there is one for large crowds only. */
    static String verdict(SwarmScenario scenario, double lastOverCopies) {
        if (!isCrowd(scenario)) {
            return "no figure for this";
        }
        return lastOverCopies <= MOST_OVER_COPIES
                ? "reached"
                : String.format(Locale.ROOT, "missed by %.1f %%", 100 * (lastOverCopies / MOST_OVER_COPIES - 1));
    }

    private static boolean isCrowd(SwarmScenario scenario) {
        return scenario.isOfEquals()
                && scenario.downloaders() >= CROWD
                && scenario.layout().chunkCount() == CROWD;
    }

    private Map<String, Object> facts(long first) {
        SwarmScenario scenario = results.getFirst().scenario();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("swarm", name);
        facts.put("firstSeed", first);
        facts.put("peers", scenario.downloaders());
        facts.put("chunks", scenario.layout().chunkCount());
        facts.put("minimumSeconds", scenario.minimumNanos() / 1e9);
        facts.put("medianLastOverMinimum", median(SwarmResult::lastOverMinimum));
        if (scenario.isOfEquals()) {
            double last = median(SwarmResult::lastOverCopies);
            facts.put("copiesSeconds", scenario.copiesNanos() / 1e9);
            facts.put("medianLastOverCopies", last);
            facts.put("verdict", verdict(scenario, last));
            facts.put("atMost", MOST_OVER_COPIES);
        }
        facts.put("runs", results.stream().map(SwarmResult::facts).toList());
        return facts;
    }

    private double median(ToDoubleFunction<SwarmResult> value) {
        double[] sorted = results.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private String spread(ToDoubleFunction<SwarmResult> value) {
        return String.format(
                Locale.ROOT,
                "%.3f [%.3f-%.3f]",
                median(value),
                results.stream().mapToDouble(value).min().orElse(0),
                results.stream().mapToDouble(value).max().orElse(0));
    }

    /** A scenario with the settings that the properties {@code shoal.slots}, {@code .announce} (ms) and so on name. */
    private static SwarmScenario tuned(SwarmScenario scenario) {
        return scenario.settings(
                        Integer.getInteger("shoal.slots", scenario.slots()),
                        Long.getLong("shoal.announce", scenario.announceNanos() / MILLI) * MILLI,
                        Integer.getInteger("shoal.sample", scenario.sampleSize()),
                        Integer.getInteger("shoal.connections", scenario.maxConnections()))
                .network(
                        Long.getLong("shoal.latency", scenario.latencyNanos() / MILLI) * MILLI,
                        Integer.getInteger("shoal.buffer", scenario.sendBufferBytes()));
    }

    /** One of the named scenarios. */
    public static SwarmScenario scenario(String name, long seed) {
        SwarmScenario small = SwarmScenario.of(seed, 64 * MEBIBYTE).plus(1, PeerSpec.seed(20));
        return switch (name) {
            case "equal8" -> small.plus(8, PeerSpec.downloader(20, 20));
            case "equal16" -> small.plus(16, PeerSpec.downloader(20, 20));
            case "mixed" -> small.plus(4, PeerSpec.downloader(40, 8)).plus(4, PeerSpec.downloader(8, 8));
            case "slow20" ->
                SwarmScenario.of(seed, 64 * MEBIBYTE)
                        .plus(1, PeerSpec.seed(100))
                        .plus(20, PeerSpec.downloader(8, 2));
            case "crowd100" -> crowd(seed, 100, CROWD);
            case "crowd1000" -> crowd(seed, 1000, CROWD);
            case "crowd10000" -> crowd(seed, 10_000, CROWD);
            default -> throw new IllegalArgumentException("no scenario is called " + name);
        };
    }

    /** A flash crowd: equal peers that start together, and one seed. */
    static SwarmScenario crowd(long seed, int peers, int chunks) {
        return SwarmScenario.of(seed, chunks * 64L * 1024)
                .plus(1, PeerSpec.seed(20))
                .plus(peers, PeerSpec.downloader(20, 20));
    }
}
