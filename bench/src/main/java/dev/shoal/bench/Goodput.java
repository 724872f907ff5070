package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of a link's rate reaches the programs: one TCP stream, measured over the same network, with nothing else on it.
 * For one thread.
 */
final class Goodput {

    /** Long enough that the slow start of a stream counts for little, short against a distribution. */
    private static final double SECONDS = 6;

    private final TreeMap<Double, Double> megabits = new TreeMap<>();

    /** One that was measured at one rate, both in Mbit/s. */
    static Goodput known(double rate, double goodput) {
        Goodput known = new Goodput();
        known.megabits.put(rate, goodput);
        return known;
    }

    /** The goodput of some rate: as measured at that rate, else in proportion to the next measured one. */
    double of(double rate) {
        if (megabits.isEmpty()) {
            return rate;
        }
        Map.Entry<Double, Double> at = megabits.floorEntry(rate);
        Map.Entry<Double, Double> near = at == null ? megabits.firstEntry() : at;
        return rate * near.getValue() / near.getKey();
    }

    /** Rates and their goodput, in Mbit/s. */
    Map<Double, Double> measured() {
        return new LinkedHashMap<>(megabits);
    }

    /** Whether anything was measured. */
    boolean isKnown() {
        return !megabits.isEmpty();
    }

    /** Measures all rates that a case depends on, as far as one of its pairs of links is limited by them. */
    static Goodput measure(SwarmNetwork network, WorkFolder work) throws IOException, InterruptedException {
        Goodput goodput = new Goodput();
        if (Installed.missing("nginx", "curl").isPresent()) {
            System.out.println("Left out: the goodput of one TCP stream. "
                    + Installed.missing("nginx", "curl").orElseThrow());
            return goodput;
        }
        for (double rate : network.links().decidingRates()) {
            goodput.measure(network, work, rate);
        }
        return goodput;
    }

    private void measure(SwarmNetwork network, WorkFolder work, double rate) throws IOException, InterruptedException {
        List<SwarmCase.Link> links = network.links().links();
        for (int from = 0; from < links.size(); from++) {
            for (int to = 1; to < links.size(); to++) {
                if (from != to && Math.min(links.get(from).up(), links.get(to).down()) == rate) {
                    megabits.put(rate, stream(network, work, from, to, rate));
                    return;
                }
            }
        }
    }

    private static double stream(SwarmNetwork network, WorkFolder work, int from, int to, double rate)
            throws IOException, InterruptedException {
        long bytes = (long) (rate * 1e6 / 8 * SECONDS);
        Path folder = work.folder("goodput");
        Path file = work.randomFile("goodput-www/stream", bytes);
        Path target = folder.resolve("received");
        try (NginxServer nginx = NginxServer.startBehind(
                folder, work.folder("goodput-www"), network.address(from), network.inPeer(from))) {
            network.limit(true);
            double seconds = NginxSwarm.fetch(network, to, nginx.plainUrl("stream"), target);
            return bytes * 8 / 1e6 / seconds;
        } finally {
            network.limit(false);
            Files.deleteIfExists(file);
            Files.deleteIfExists(target);
        }
    }
}
