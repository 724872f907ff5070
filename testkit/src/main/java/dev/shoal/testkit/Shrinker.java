package dev.shoal.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Makes the plan of a failed run smaller for as long as it breaks the same rule: fewer faults, fewer peers, fewer
 * chunks (delta debugging: Zeller and Hildebrandt, 2002). For one thread.
 */
final class Shrinker {

    /** Most runs that are tried: some minutes for a swarm of fifty. */
    private static final int MOST_RUNS = 400;

    private final Function<Plan, SwarmResult> runner;
    private final String rule;
    private int runs;
    private Plan best;
    private SwarmResult result;

    private Shrinker(Plan failed, SwarmResult result, Function<Plan, SwarmResult> runner) {
        this.runner = runner;
        this.best = failed;
        this.result = result;
        this.rule = result.violations().getFirst().rule();
    }

    /** A plan that broke a rule, and what it led to. */
    record Failure(Plan plan, SwarmResult result) {

        /** For people: what happened, why, and how to see it again. */
        @Override
        public String toString() {
            List<String> lines = new ArrayList<>();
            lines.add(plan.toString());
            lines.add("The last events:");
            result.lastEvents().forEach(line -> lines.add("  " + line));
            result.violations().forEach(violation -> lines.add("Broken at " + violation));
            lines.add("Again: " + plan.command());
            return String.join("\n", lines);
        }
    }

    /**
     * Shrinks a failure.
     *
     * @param failed a plan
     * @param result what it led to, with a violation
     * @param runner runs a plan
     */
    static Failure shrink(Plan failed, SwarmResult result, Function<Plan, SwarmResult> runner) {
        Shrinker shrinker = new Shrinker(failed, result, runner);
        boolean smaller = true;
        while (smaller && shrinker.runs < MOST_RUNS) {
            smaller = shrinker.without(failed.kept().size(), Plan::kept, Plan::onlyFaults);
            smaller |= shrinker.without(failed.peers().size(), Plan::peers, Plan::onlyPeers);
            smaller |= shrinker.shorter();
        }
        return new Failure(shrinker.best, shrinker.result);
    }

    /** Leaves some out, as many as possible at a time. Returns whether that was of use. */
    private boolean without(
            int most, Function<Plan, SortedSet<Integer>> parts, BiFunction<Plan, SortedSet<Integer>, Plan> with) {
        boolean smaller = false;
        for (int size = Math.max(1, most / 2); size > 0; size /= 2) {
            List<Integer> all = new ArrayList<>(parts.apply(best));
            for (int from = 0; from < all.size() && runs < MOST_RUNS; from += size) {
                SortedSet<Integer> rest = new TreeSet<>(parts.apply(best));
                rest.removeAll(all.subList(from, Math.min(all.size(), from + size)));
                smaller |= rest.size() < parts.apply(best).size() && fails(with.apply(best, rest));
            }
        }
        return smaller;
    }

    private boolean shorter() {
        boolean smaller = false;
        long bytes = best.scenario().contentBytes() / 2;
        while (bytes > 0 && runs < MOST_RUNS && fails(best.bytes(bytes))) {
            smaller = true;
            bytes /= 2;
        }
        return smaller;
    }

    private boolean fails(Plan plan) {
        runs++;
        SwarmResult tried = runner.apply(plan);
        boolean same = tried.violations().stream()
                .anyMatch(violation -> violation.rule().equals(rule));
        if (same) {
            best = plan;
            result = tried;
        }
        return same;
    }
}
