package dev.shoal.testkit;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runs simulated swarms in which things go wrong, by command: {@code simulate [--seed N] [--seeds COUNT] [--minutes M]
 * [--peers MOST] [--faults all|none|crash,lie,...] [--defect NAME]}. A seed that breaks a rule is shrunk and printed
 * with the command that repeats it, which may name {@code --bytes}, {@code --only-peers} and {@code --only-faults}.
 * What was found is written as JSON, too ({@code --json FILE}).
 */
public final class Simulate {

    private static final long NANOS_PER_MINUTE = 60_000_000_000L;

    private static final String USAGE = "simulate [--seed N] [--seeds COUNT] [--minutes M] [--peers MOST] "
            + "[--faults all|none|NAME,...] [--defect NAME] [--bytes N] [--only-peers N,...] [--only-faults N,...] "
            + "[--json FILE]";

    /** Of so many runs the JSON says how each did; of longer series, only how they did together. */
    private static final int MOST_TOLD = 1_000;

    private static final Set<String> OPTIONS = Set.of(
            "seed",
            "seeds",
            "minutes",
            "peers",
            "faults",
            "defect",
            "bytes",
            "only-peers",
            "only-faults",
            "lines",
            "json");

    private Simulate() {}

    /** The command. Ends with 1 when a rule was broken. */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new HashMap<>();
        if (!read(arguments, options)) {
            System.err.println(USAGE);
            System.exit(2);
        }
        System.exit(run(options, System.out) ? 0 : 1);
    }

    private static boolean read(String[] arguments, Map<String, String> options) {
        boolean known = arguments.length % 2 == 0;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
            known &= OPTIONS.contains(name);
            options.put(name, arguments[i + 1]);
        }
        return known;
    }

    private static boolean run(Map<String, String> options, PrintStream out) throws IOException {
        long first = Long.parseLong(options.getOrDefault("seed", "1"));
        long minutes = Long.parseLong(options.getOrDefault("minutes", "0"));
        long seeds = Long.parseLong(options.getOrDefault("seeds", minutes > 0 ? "1000000000" : "1"));
        Defect defect = Defect.valueOf(options.getOrDefault("defect", "NONE"));
        boolean lines = options.containsKey("lines") || seeds == 1;
        long start = System.nanoTime();
        long events = 0;
        long runs = 0;
        boolean fine = true;
        List<Object> told = new ArrayList<>();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("firstSeed", first);
        facts.put("options", options);
        for (long seed = first; seed < first + seeds && fine; seed++) {
            long elapsed = System.nanoTime() - start;
            if (minutes > 0 && elapsed > minutes * NANOS_PER_MINUTE) {
                break;
            }
            Plan plan = plan(seed, options);
            SwarmResult result = SwarmSimulation.run(plan, defect);
            runs++;
            events += result.events();
            if (lines) {
                out.println(result);
            }
            if (told.size() < MOST_TOLD) {
                told.add(result.facts());
            }
            if (!result.violations().isEmpty()) {
                fine = false;
                out.println("seed " + seed + " broke a rule; making it smaller");
                Shrinker.Failure failure =
                        Shrinker.shrink(plan, result, smaller -> SwarmSimulation.run(smaller, defect));
                out.println(failure);
                facts.put("failure", failure.toString());
            }
        }
        facts.put("runs", runs);
        facts.put("events", events);
        facts.put("noRuleBroken", fine);
        facts.put("results", told);
        out.printf(
                "%d runs, %d events, %.1f s%s%n",
                runs, events, (System.nanoTime() - start) / 1e9, fine ? ", no rule broken" : "");
        ResultJson.write(options.getOrDefault("json", ""), "simulate", facts, out);
        return fine;
    }

    private static Plan plan(long seed, Map<String, String> options) {
        int most = Integer.parseInt(options.getOrDefault("peers", "50"));
        Plan plan = Plans.random(seed, most, FaultKind.parse(options.getOrDefault("faults", "all")));
        if (options.containsKey("bytes")) {
            plan = plan.bytes(Long.parseLong(options.get("bytes")));
        }
        if (options.containsKey("only-peers")) {
            plan = plan.onlyPeers(numbers(options.get("only-peers")));
        }
        if (options.containsKey("only-faults")) {
            plan = plan.onlyFaults(numbers(options.get("only-faults")));
        }
        return plan;
    }

    private static SortedSet<Integer> numbers(String text) {
        if (text.equals("none")) {
            return new TreeSet<>();
        }
        return Arrays.stream(text.split(",", -1)).map(Integer::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }
}
