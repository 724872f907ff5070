package dev.shoal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures that the swarm's policy reaches, with some room: whoever makes it worse finds out here. */
class SwarmFiguresTest {

    @Test
    void equalPeersAreNearTheMinimumAndTheSeedSendsLittleMoreThanOneCopy() {
        for (long seed = 1; seed <= 2; seed++) {
            check(SwarmRuns.scenario("equal8", seed), 1.06, 1.06);
            check(SwarmRuns.scenario("equal16", seed), 1.08, 1.08);
        }
    }

    @Test
    void mixedLinksAreNearTheMinimum() {
        for (long seed = 1; seed <= 2; seed++) {
            SwarmResult result = check(SwarmRuns.scenario("mixed", seed), 1.03, 8);
            assertThat(result.halfOverLast()).as(result.toString()).isLessThan(0.68);
        }
    }

    @Test
    void slowUplinksBesideAFastSeedBreakNoRule() {
        check(SwarmRuns.scenario("slow20", 105), 1.7, 20);
    }

    @Test
    void aCrowdOfSixtyIsNearTheMinimum() {
        check(SwarmRuns.crowd(1, 60, 400), 1.25, 1.25);
    }

    private static SwarmResult check(SwarmScenario scenario, double mostTime, double mostCopies) {
        List<SwarmSecond> told = new ArrayList<>();
        SwarmResult result = SwarmSimulation.run(scenario, told::add);
        assertThat(told).as("seconds that were told of").isNotEmpty().isEqualTo(result.seconds());
        assertThat(result.violations()).as(result.toString()).isEmpty();
        assertThat(result.lastOverMinimum()).as(result.toString()).isLessThan(mostTime);
        assertThat(result.seedCopies()).as(result.toString()).isLessThan(mostCopies);
        return result;
    }
}
