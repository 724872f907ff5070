package dev.shoal.testkit;

import dev.shoal.swarm.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes plans of simulated runs from seeds: sizes, links, joining times, a crowd or not, and faults of the kinds that
 * are wanted. All faults are over some time before the run has to end.
 */
public final class Plans {

    /** Up to so many peers, plans have any number of them; above, all. */
    private static final int MOST_OF_ANY_NUMBER = 50;

    private static final long KIBIBYTE = 1024;
    private static final long MEBIBYTE = 1024 * KIBIBYTE;
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final int[] LEASE_MILLIS = {6_000, 15_000, 90_000};

    private final SplittableRandom random;
    private final Set<FaultKind> kinds;
    private final int count;
    private final long spanNanos;
    private final List<Fault> faults = new ArrayList<>();

    private Plans(SplittableRandom random, Set<FaultKind> kinds, int count, long spanNanos) {
        this.random = random;
        this.kinds = kinds;
        this.count = count;
        this.spanNanos = spanNanos;
    }

    /**
     * The plan of a seed.
     *
     * @param most how many peers at most, 3 or more
     * @param kinds what may go wrong
     */
    public static Plan random(long seed, int most, Set<FaultKind> kinds) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = most <= MOST_OF_ANY_NUMBER ? random.nextInt(3, most + 1) : most;
        SwarmScenario scenario = scenario(seed, count, random);
        // Most is over by then when nothing goes wrong; what goes wrong later meets few.
        long spanNanos = Math.min(300 * SECOND, 10 * SECOND + (long) (2 * scenario.minimumNanos()));
        Plans plans = new Plans(random.split(), kinds, count, spanNanos);
        plans.addFaults();
        return new Plan(
                seed,
                most,
                kinds,
                scenario,
                LEASE_MILLIS[random.nextInt(LEASE_MILLIS.length)],
                plans.faults,
                numbers(scenario.peers().size()),
                numbers(plans.faults.size()));
    }

    private static SortedSet<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    private static SwarmScenario scenario(long seed, int count, SplittableRandom random) {
        List<PeerSpec> peers = new ArrayList<>();
        peers.add(PeerSpec.seed(random.nextDouble(2, 50)));
        boolean crowd = random.nextBoolean();
        for (int i = 1; i < count; i++) {
            PeerSpec peer = PeerSpec.downloader(random.nextDouble(1, 60), random.nextDouble(0.5, 40));
            PeerBehaviour behaviour = random.nextInt(8) == 0 ? PeerBehaviour.LEAVES_WHEN_DONE : PeerBehaviour.HONEST;
            peers.add(peer.behaving(behaviour).with(habits(random)).from(crowd ? 0 : random.nextLong(20 * SECOND)));
        }
        long mostBytes = count <= 12 ? 3 * MEBIBYTE : 2 * MEBIBYTE;
        return SwarmScenario.of(seed, random.nextLong(1, mostBytes))
                .peers(peers)
                .network(random.nextLong(MILLI / 20, 100 * MILLI), (16 * 1024) << random.nextInt(6))
                .settings(1 + random.nextInt(10), random.nextLong(MILLI, 300 * MILLI), 16, 40);
    }

    private static PeerHabits habits(SplittableRandom random) {
        return new PeerHabits(
                random.nextInt(4) == 0 ? Order.IN_ORDER : Order.RAREST_FIRST,
                random.nextInt(6) == 0 ? random.nextLong(20 * KIBIBYTE, 4 * MEBIBYTE) : 0,
                random.nextInt(6) == 0 ? random.nextLong(20 * KIBIBYTE, 4 * MEBIBYTE) : 0);
    }

    private void addFaults() {
        for (FaultKind kind : FaultKind.values()) {
            boolean wanted = kinds.contains(kind) && random.nextInt(3) > 0;
            int most = wanted ? most(kind) : 0;
            int some = most == 0 ? 0 : random.nextInt(most) + 1;
            for (int i = 0; i < some; i++) {
                add(kind);
            }
        }
    }

    private int most(FaultKind kind) {
        return switch (kind) {
            case CRASH, CHURN, LIE, LOSS, SLOW -> 1 + count / 5;
            case CLOCK -> 1 + count / 10;
            case PARTITION, DATAGRAMS, RESTART -> 2;
        };
    }

    private void add(FaultKind kind) {
        long at = random.nextLong(spanNanos);
        long end = at + random.nextLong(SECOND / 10, 40 * SECOND);
        int peer = random.nextInt(count);
        // The seed goes away for good less often than others: without it, most plans end early.
        int other = random.nextInt(6) == 0 ? peer : 1 + random.nextInt(count - 1);
        faults.add(
                switch (kind) {
                    case CRASH -> new Fault.Crash(at, peer, end - at, random.nextInt(3) == 0);
                    case CHURN -> new Fault.Leave(at, other);
                    case LIE -> new Fault.Turn(random.nextBoolean() ? 0 : at, other, lie());
                    case PARTITION -> new Fault.Partition(at, end, side(), random.nextBoolean());
                    case LOSS -> new Fault.Loss(at, end, peer, random.nextDouble(0.001, 0.1));
                    case DATAGRAMS ->
                        new Fault.Datagrams(
                                at, end, random.nextDouble(0.6), random.nextDouble(0.3), random.nextDouble(0.5));
                    case RESTART -> new Fault.IndexRestart(at, (end - at) / 3);
                    case CLOCK -> new Fault.ClockJump(at, random.nextBoolean() ? Fault.INDEX : peer, jumpMillis());
                    case SLOW -> new Fault.SlowDown(at, other, 1 << random.nextInt(1, 7));
                });
    }

    private PeerBehaviour lie() {
        PeerBehaviour[] lies = {
            PeerBehaviour.LIES, PeerBehaviour.BUSY, PeerBehaviour.CORRUPTS, PeerBehaviour.STALLS, PeerBehaviour.MUTE
        };
        return lies[random.nextInt(lies.length)];
    }

    private List<Integer> side() {
        double share = random.nextDouble(0.1, 0.6);
        return IntStream.range(0, count)
                .filter(peer -> random.nextDouble() < share)
                .boxed()
                .toList();
    }

    /** Some seconds, some minutes, a day or a year, either way. */
    private long jumpMillis() {
        long[] most = {5_000, 1_800_000, 86_400_000, 31_536_000_000L};
        long millis = random.nextLong(1, most[random.nextInt(most.length)]);
        return random.nextBoolean() ? millis : -millis;
    }
}
