package dev.shoal.testkit;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What lies between simulated machines, as far as it goes wrong: partitions, lost packets, and what happens to
 * datagrams. For one thread.
 */
final class Network {

    /** A packet of a stream is a TLS record, which is that many segments of TCP. */
    private static final int SEGMENTS = 11;

    /** How long TCP waits before it repeats what was not acknowledged and not followed by anything. */
    private static final long TIMEOUT_NANOS = 200_000_000L;

    /** One lost packet in so many is noticed by that time alone. */
    private static final int TIMEOUTS = 8;

    /** After a partition TCP may take so long to try again. */
    private static final long LONGEST_RETRY_NANOS = 3_000_000_000L;

    /** A late datagram is late by this much at most. */
    private static final long LATE_NANOS = 2_000_000_000L;

    private record Cut(BitSet side, boolean withIndex, long endNanos) {
        boolean separates(int one, int other) {
            return isOnSide(one) != isOnSide(other);
        }

        private boolean isOnSide(int machine) {
            return machine == Fault.INDEX ? withIndex : side.get(machine);
        }
    }

    private final VirtualTime time;
    private final PeerRandom randoms;
    private final long latencyNanos;
    private final List<Cut> cuts = new ArrayList<>();
    private final List<Fault.Loss> losses = new ArrayList<>();
    private final List<Fault.Datagrams> weather = new ArrayList<>();

    Network(VirtualTime time, SplittableRandom random, long latencyNanos) {
        this.time = time;
        this.randoms = new PeerRandom(random.nextLong());
        this.latencyNanos = latencyNanos;
    }

    void begin(Fault.Partition partition) {
        BitSet side = new BitSet();
        partition.side().forEach(side::set);
        cuts.add(new Cut(side, partition.withIndex(), partition.endNanos()));
    }

    void begin(Fault.Loss loss) {
        losses.add(loss);
    }

    void begin(Fault.Datagrams datagrams) {
        weather.add(datagrams);
    }

    /** Whether two machines reach each other now; peers by their numbers, or {@link Fault#INDEX}. */
    boolean reaches(int one, int other) {
        return nanosUntilHealed(one, other) == 0;
    }

    /** How much later a packet of a stream arrives than it would when all is well. */
    long delayNanos(int from, int to) {
        if (cuts.isEmpty() && losses.isEmpty()) {
            return 0;
        }
        SplittableRandom random = randoms.of(from);
        long nanos = nanosUntilHealed(from, to);
        if (nanos > 0) {
            nanos += random.nextLong(LONGEST_RETRY_NANOS);
        }
        double lost = lossBetween(from, to);
        for (int segment = 0; lost > 0 && segment < SEGMENTS; segment++) {
            while (random.nextDouble() < lost) {
                nanos += random.nextInt(TIMEOUTS) == 0 ? TIMEOUT_NANOS : 2 * latencyNanos;
            }
        }
        return nanos;
    }

    /** When each copy of a datagram arrives, counted from now. */
    List<Long> datagramNanos(int from, int to) {
        SplittableRandom random = randoms.of(from == Fault.INDEX ? to : from);
        List<Long> arrivals = new ArrayList<>(2);
        double lost = lossBetween(from, to);
        weather.removeIf(some -> some.endNanos() <= time.nowNanos());
        double doubled = 0;
        double late = 0;
        for (Fault.Datagrams some : weather) {
            lost = Math.max(lost, some.lost());
            doubled = Math.max(doubled, some.doubled());
            late = Math.max(late, some.late());
        }
        int copies = doubled > 0 && random.nextDouble() < doubled ? 2 : 1;
        boolean arrives = reaches(from, to);
        for (int copy = 0; copy < copies && arrives; copy++) {
            if (lost == 0 || random.nextDouble() >= lost) {
                boolean overtaken = late > 0 && random.nextDouble() < late;
                arrivals.add(latencyNanos + (overtaken ? random.nextLong(LATE_NANOS) : 0));
            }
        }
        return arrivals;
    }

    private long nanosUntilHealed(int one, int other) {
        if (cuts.isEmpty()) {
            return 0;
        }
        long now = time.nowNanos();
        cuts.removeIf(cut -> cut.endNanos() <= now);
        long nanos = 0;
        for (Cut cut : cuts) {
            if (cut.separates(one, other)) {
                nanos = Math.max(nanos, cut.endNanos() - now);
            }
        }
        return nanos;
    }

    private double lossBetween(int one, int other) {
        if (losses.isEmpty()) {
            return 0;
        }
        losses.removeIf(loss -> loss.endNanos() <= time.nowNanos());
        double share = 0;
        for (Fault.Loss loss : losses) {
            if (loss.peer() == one || loss.peer() == other) {
                share = Math.max(share, loss.share());
            }
        }
        return share;
    }
}
