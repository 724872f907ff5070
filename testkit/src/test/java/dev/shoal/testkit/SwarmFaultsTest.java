package dev.shoal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Swarms of all sizes with all faults: whoever can be done is done, and every rule holds. More by command: {@code
 * ./mvnw test -pl testkit -am -Dtest=SwarmFaultsTest -Dsurefire.failIfNoSpecifiedTests=false -Dshoal.seeds=3000}.
 */
class SwarmFaultsTest {

    private static final long SEEDS = Long.getLong("shoal.seeds", 150);
    private static final long MEBIBYTE = 1024 * 1024;
    private static final long SECOND = 1_000_000_000L;

    @Test
    void everyDownloadEndsWhateverSomePeersDo() {
        for (long seed = 0; seed < SEEDS; seed++) {
            check(seed, 2, 12, 4 * MEBIBYTE);
        }
    }

    @Test
    void everyDownloadEndsInSwarmsOfUpToFifty() {
        for (long seed = 1_000_000; seed < 1_000_000 + SEEDS / 15; seed++) {
            check(seed, 30, 50, 8 * MEBIBYTE);
        }
    }

    /** These two found that a source which only says that it lives was never dropped, and kept the last block. */
    @Test
    void sourcesThatOnlySayThatTheyLiveDoNotKeepTheLastBlock() {
        check(479, 2, 12, 4 * MEBIBYTE);
        check(1_000_103, 30, 50, 8 * MEBIBYTE);
    }

    @Test
    void contentsOfAnyLengthArrive() {
        long[] lengths = {0, 1, 16 * 1024, 64 * 1024 + 1, 700_001, 300 * MEBIBYTE + 12_345};
        for (long length : lengths) {
            for (long seed = 0; seed < 3; seed++) {
                SwarmScenario scenario = SwarmScenario.of(seed, length)
                        .plus(1, PeerSpec.seed(50))
                        .plus(3, PeerSpec.downloader(100, 100));
                SwarmResult result = SwarmSimulation.run(scenario);
                assertThat(result.violations()).as(result.toString()).isEmpty();
                assertThat(result.finishNanos()).as(result.toString()).hasSize(3);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        SwarmScenario scenario = random(77, 10, 20, 4 * MEBIBYTE);
        assertThat(SwarmSimulation.run(scenario)).isEqualTo(SwarmSimulation.run(scenario));
    }

    private static void check(long seed, int leastPeers, int mostPeers, long mostBytes) {
        SwarmResult result = SwarmSimulation.run(random(seed, leastPeers, mostPeers, mostBytes));
        assertThat(result.violations()).as(result.toString()).isEmpty();
    }

    /** A scenario that follows from its seed: sizes, links, joining times and faults. */
    private static SwarmScenario random(long seed, int leastPeers, int mostPeers, long mostBytes) {
        SplittableRandom random = new SplittableRandom(seed);
        List<PeerSpec> peers = new ArrayList<>();
        peers.add(PeerSpec.seed(random.nextDouble(1, 50)));
        int count = random.nextInt(leastPeers, mostPeers + 1);
        boolean crowd = random.nextBoolean();
        for (int i = 1; i < count; i++) {
            PeerBehaviour[] all = PeerBehaviour.values();
            boolean honest = random.nextInt(3) > 0;
            PeerBehaviour behaviour = honest ? PeerBehaviour.HONEST : all[random.nextInt(all.length)];
            PeerSpec peer = PeerSpec.downloader(random.nextDouble(1, 60), random.nextDouble(0.3, 40));
            peers.add(peer.behaving(behaviour).from(crowd ? 0 : random.nextLong(20 * SECOND)));
        }
        return SwarmScenario.of(seed, random.nextLong(1, mostBytes))
                .peers(peers)
                .network(random.nextLong(50_000, 100_000_000), (16 * 1024) << random.nextInt(6))
                .settings(1 + random.nextInt(10), random.nextLong(1_000_000, 300_000_000), 16, 40);
    }
}
