package dev.shoal.testkit;

import java.io.PrintStream;

/**
 * Runs simulated swarms by command and prints a line for each: {@code SwarmRuns NAME [RUNS [FIRST-SEED]]}, where the
 * name is one of {@code equal8}, {@code equal16}, {@code mixed}, {@code slow20}, {@code crowd100}, {@code crowd1000},
 * {@code crowd10000}. The property {@code shoal.lines=true} prints a line a run, {@code shoal.curve=true} how it did
 * second by second; {@code shoal.slots}, {@code .announce} (ms), {@code .latency} (ms), {@code .buffer} (bytes),
 * {@code .sample} and {@code .connections} change the scenario.
 */
public final class SwarmRuns {

    private static final long MEBIBYTE = 1024 * 1024;

    private static final long MILLI = 1_000_000;

    private SwarmRuns() {}

    /** The command. */
    public static void main(String[] arguments) {
        String name = arguments.length > 0 ? arguments[0] : "equal8";
        int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        long first = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        run(name, runs, first, System.out);
    }

    private static void run(String name, int runs, long first, PrintStream out) {
        double worst = 0;
        double sum = 0;
        double copies = 0;
        double half = 0;
        double wasted = 0;
        for (long seed = first; seed < first + runs; seed++) {
            long start = System.nanoTime();
            SwarmResult result = SwarmSimulation.run(tuned(scenario(name, seed)));
            if (!result.violations().isEmpty() || Boolean.getBoolean("shoal.lines")) {
                out.println(result + String.format(" (%.1f s)", (System.nanoTime() - start) / 1e9));
            }
            if (Boolean.getBoolean("shoal.curve")) {
                result.seconds().forEach(out::println);
            }
            worst = Math.max(worst, result.lastOverMinimum());
            sum += result.lastOverMinimum();
            copies += result.seedCopies();
            half += result.halfOverLast();
            wasted += result.wastedShare();
        }
        out.printf(
                "%s, %d runs: last/minimum %.3f (worst %.3f), copies %.3f, half/last %.3f, wasted %.2f %%%n",
                name, runs, sum / runs, worst, copies / runs, half / runs, 100 * wasted / runs);
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
            case "crowd100" -> crowd(seed, 100, 1000);
            case "crowd1000" -> crowd(seed, 1000, 1000);
            case "crowd10000" -> crowd(seed, 10_000, 1000);
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
