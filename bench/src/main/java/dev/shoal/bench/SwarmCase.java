package dev.shoal.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/**
 * Links of a swarm. Rates are in Mbit/s.
 *
 * @param name how it is chosen on the command line
 * @param seed the link of the one that has the file at the beginning
 * @param peers the links of those who want it
 */
record SwarmCase(String name, Link seed, List<Link> peers) {

    private static final double BYTES_PER_MEGABIT = 1e6 / 8;

    /** Most peers: addresses are one byte apart. */
    private static final int MAX_PEERS = 200;

    /**
     * One access link.
     *
     * @param down rate towards the peer
     * @param up rate away from it
     */
    record Link(double down, double up) {}

    /**
     * A case by its name: {@code equal8} is eight peers with 20 Mbit/s each way, {@code mixed8} eight of which the
     * first half has 40 down and 8 up, the other half 8 and 8. The seed has 20 each way.
     *
     * @throws IllegalArgumentException when there is no such case
     */
    static SwarmCase named(String name) {
        String kind = name.replaceFirst("\\d+$", "");
        String digits = name.substring(kind.length());
        int count = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        boolean mixed = kind.equals("mixed");
        if ((!mixed && !kind.equals("equal")) || count < 2 || count > MAX_PEERS) {
            throw new IllegalArgumentException("no swarm is called " + name + ": say equal8, equal16 or mixed8");
        }
        List<Link> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean fast = i < count / 2;
            peers.add(mixed ? new Link(fast ? 40 : 8, 8) : new Link(20, 20));
        }
        return new SwarmCase(name, new Link(20, 20), List.copyOf(peers));
    }

    /** So many peers and a seed whose links nobody limits. */
    static SwarmCase unlimited(int peers) {
        Link link = new Link(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        return new SwarmCase("unlimited" + peers, link, Collections.nCopies(peers, link));
    }

    /** Whether some peers are faster than others; they come first. */
    boolean isMixed() {
        return peers.getFirst().down() != peers.getLast().down();
    }

    /** How many of the peers have the fastest links. */
    int fastPeers() {
        double fastest = peers.getFirst().down();
        return (int) peers.stream().filter(link -> link.down() == fastest).count();
    }

    /**
     * The least time in which all can have a file: max{F/u_s, F/d_min, N·F/(u_s+Σu_i)}.
     *
     * @param goodput what of a rate reaches the programs, both in Mbit/s
     */
    double minimumSeconds(long fileBytes, DoubleUnaryOperator goodput) {
        double seedUp = goodput.applyAsDouble(seed.up());
        double slowestDown = peers.stream()
                .mapToDouble(link -> goodput.applyAsDouble(link.down()))
                .min()
                .orElseThrow();
        double allUp = seedUp
                + peers.stream()
                        .mapToDouble(link -> goodput.applyAsDouble(link.up()))
                        .sum();
        double megabits = fileBytes / BYTES_PER_MEGABIT;
        return DoubleStream.of(megabits / seedUp, megabits / slowestDown, peers.size() * megabits / allUp)
                .max()
                .orElseThrow();
    }

    /** The rates that the minimum depends on, each once. */
    List<Double> decidingRates() {
        List<Double> rates = new ArrayList<>();
        rates.add(seed.up());
        peers.forEach(link -> rates.add(link.up()));
        rates.add(Collections.min(peers.stream().map(Link::down).toList()));
        return rates.stream().distinct().toList();
    }

    /** All links, the seed's first. */
    List<Link> links() {
        List<Link> links = new ArrayList<>(List.of(seed));
        links.addAll(peers);
        return links;
    }

    /** In a line. */
    String line() {
        if (!isMixed()) {
            return String.format(Locale.ROOT, "%d peers and a seed, %.0f Mbit/s each way", peers.size(), seed.up());
        }
        return String.format(
                Locale.ROOT,
                "%d peers with %.0f/%.0f Mbit/s down/up, %d with %.0f/%.0f, seed %.0f up",
                fastPeers(),
                peers.getFirst().down(),
                peers.getFirst().up(),
                peers.size() - fastPeers(),
                peers.getLast().down(),
                peers.getLast().up(),
                seed.up());
    }
}
