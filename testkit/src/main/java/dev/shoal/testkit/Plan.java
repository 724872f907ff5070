package dev.shoal.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A whole run of a simulated swarm that follows from a seed: who takes part, and what goes wrong when. Parts of it can
 * be left out without changing the others, so that a failure can be made smaller. Immutable.
 *
 * @param seed what everything was made from
 * @param most how many peers it was made for
 * @param kinds which faults it was made with
 * @param scenario content, peers, network and settings
 * @param leaseMillis how long the index believes a peer that it does not hear
 * @param faults everything that goes wrong
 * @param peers which peers of the scenario take part
 * @param kept which faults happen, by their places
 */
public record Plan(
        long seed,
        int most,
        Set<FaultKind> kinds,
        SwarmScenario scenario,
        int leaseMillis,
        List<Fault> faults,
        SortedSet<Integer> peers,
        SortedSet<Integer> kept) {

    /** Copies the collections. */
    public Plan {
        faults = List.copyOf(faults);
        peers = Collections.unmodifiableSortedSet(new TreeSet<>(peers));
        kept = Collections.unmodifiableSortedSet(new TreeSet<>(kept));
    }

    /** The same with only some of the peers; what goes wrong with others is left out. */
    public Plan onlyPeers(SortedSet<Integer> some) {
        SortedSet<Integer> still = new TreeSet<>(kept);
        for (int peer : peers) {
            if (!some.contains(peer)) {
                still.removeIf(place -> faults.get(place).isAbout(peer));
            }
        }
        return new Plan(seed, most, kinds, scenario, leaseMillis, faults, some, still);
    }

    /** The same with only some of the faults. */
    public Plan onlyFaults(SortedSet<Integer> some) {
        return new Plan(seed, most, kinds, scenario, leaseMillis, faults, peers, some);
    }

    /** The same with a content of another length. */
    public Plan bytes(long bytes) {
        return new Plan(seed, most, kinds, scenario.bytes(bytes), leaseMillis, faults, peers, kept);
    }

    /** What goes wrong, in the order of time. */
    List<Fault> happening() {
        return kept.stream()
                .map(faults::get)
                .sorted((one, other) -> Long.compare(one.atNanos(), other.atNanos()))
                .toList();
    }

    /** The command that runs it again. */
    public String command() {
        String command =
                "bench/run simulate --seed " + seed + " --peers " + most + " --faults " + FaultKind.text(kinds);
        Plan whole = Plans.random(seed, most, kinds);
        if (scenario.contentBytes() != whole.scenario.contentBytes()) {
            command += " --bytes " + scenario.contentBytes();
        }
        if (!peers.equals(whole.peers)) {
            command += " --only-peers " + numbers(peers);
        }
        if (!kept.equals(whole.kept)) {
            command += " --only-faults " + (kept.isEmpty() ? "none" : numbers(kept));
        }
        return command;
    }

    private static String numbers(Set<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** For people: a line for everything. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "seed %d: %d bytes in %d chunks, %d of %d peers, %d of %d faults, %s one way, lease %s",
                seed,
                scenario.contentBytes(),
                scenario.layout().chunkCount(),
                peers.size(),
                scenario.peers().size(),
                kept.size(),
                faults.size(),
                Fault.seconds(scenario.latencyNanos()),
                Fault.seconds(leaseMillis * 1_000_000L)));
        for (int peer : peers) {
            PeerSpec spec = scenario.peers().get(peer);
            lines.add(String.format(
                    Locale.ROOT,
                    "  from %s peer %d%s, %.1f/%.1f Mbit/s up/down, %s%s",
                    Fault.seconds(spec.startNanos()),
                    peer,
                    spec.seed() ? " with everything" : "",
                    spec.upBytesPerSecond() * 8e-6,
                    spec.downBytesPerSecond() * 8e-6,
                    spec.behaviour(),
                    spec.habits()));
        }
        for (Fault fault : happening()) {
            lines.add("  at " + Fault.seconds(fault.atNanos()) + " " + fault.sentence());
        }
        return String.join("\n", lines);
    }
}
