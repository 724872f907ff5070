package dev.shoal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Swarms of all sizes in which everything goes wrong that can: whoever can be done is done, and every rule holds. More
 * by command: {@code bench/run simulate --seeds 3000}, or the property {@code shoal.seeds} for this test.
 */
class SwarmFaultsTest {

    private static final long SEEDS = Long.getLong("shoal.seeds", 200);
    private static final long MEBIBYTE = 1024 * 1024;

    @Test
    void everyRuleHoldsWhateverGoesWrong() {
        for (long seed = 0; seed < SEEDS; seed++) {
            check(seed, 12);
        }
    }

    @Test
    void everyRuleHoldsInSwarmsOfUpToFifty() {
        for (long seed = 1_000_000; seed < 1_000_000 + SEEDS; seed++) {
            check(seed, 50);
        }
    }

    /**
     * Seed 3084 found that whoever sent a chunk for longer than the silence that is borne was dropped in the middle of
     * it, each time anew.
     */
    @Test
    void aLineOnWhichAChunkTakesHalfAMinuteIsNotTakenForSilent() {
        SwarmScenario scenario = SwarmScenario.of(1, 64_001)
                .plus(1, PeerSpec.seed(4.6))
                .plus(2, PeerSpec.downloader(50, 1).from(12_000_000_000L));
        Plan plan = new Plan(
                1,
                3,
                Set.of(),
                scenario,
                15_000,
                List.of(new Fault.SlowDown(9_000_000_000L, 0, 128)),
                new TreeSet<>(Set.of(0, 1, 2)),
                new TreeSet<>(Set.of(0)));
        SwarmResult result = SwarmSimulation.run(plan, Defect.NONE);
        assertThat(result.violations()).as(result.toString()).isEmpty();
        assertThat(result.finishNanos()).hasSize(2);
    }

    /**
     * This seed found that the first chunks told in a new session made the digests agree, so that the index never heard
     * of those before them.
     */
    @Test
    void anIndexThatWasStartedAgainHearsOfAllChunksOfWhoHasSome() {
        check(10_345, 12);
    }

    @Test
    void aRunThatIsCutOffBeforeTheIndexKnowsWhoHasWhatIsNoProof() {
        SwarmScenario scenario =
                SwarmScenario.of(1, 64_001).plus(1, PeerSpec.seed(50)).plus(2, PeerSpec.downloader(50, 50));
        assertThat(SwarmSimulation.run(quiet(scenario), Defect.NONE).violations())
                .isEmpty();
        SwarmResult brief = SwarmSimulation.run(quiet(scenario.until(20_000_000_000L)), Defect.NONE);
        assertThat(brief.finishNanos()).hasSize(2);
        assertThat(brief.violations()).extracting(Violation::rule).containsExactly(SwarmSimulation.ENDS);
    }

    private static Plan quiet(SwarmScenario scenario) {
        return new Plan(1, 3, Set.of(), scenario, 15_000, List.of(), new TreeSet<>(Set.of(0, 1, 2)), new TreeSet<>());
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
        Plan plan = Plans.random(77, 20, FaultKind.all());
        assertThat(SwarmSimulation.run(plan, Defect.NONE)).isEqualTo(SwarmSimulation.run(plan, Defect.NONE));
    }

    /** These numbers are others whenever the decisions or the model are; never on another machine, or the next time. */
    @Test
    void aSeedGivesTheSameRunEverywhere() {
        SwarmResult result = SwarmSimulation.run(Plans.random(77, 20, FaultKind.all()), Defect.NONE);
        assertThat(result.events()).isEqualTo(6_480);
        assertThat(result.finishNanos().getLast()).isEqualTo(35_187_126_346L);
    }

    /** Runs a plan that follows from a seed, with so many peers at most; fails with what is left of it when small. */
    static void check(long seed, int most) {
        Plan plan = Plans.random(seed, most, FaultKind.all());
        SwarmResult result = SwarmSimulation.run(plan, Defect.NONE);
        if (!result.violations().isEmpty()) {
            throw new AssertionError(
                    Shrinker.shrink(plan, result, smaller -> SwarmSimulation.run(smaller, Defect.NONE)));
        }
    }
}
