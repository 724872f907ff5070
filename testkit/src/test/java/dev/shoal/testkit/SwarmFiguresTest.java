package dev.shoal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The figures that the swarm's policy reaches, with some room: whoever makes it worse finds out here. */
class SwarmFiguresTest {

    @Test
    void equalPeersAreNearTheMinimumAndTheSeedSendsLittleMoreThanOneCopy() {
        for (long seed = 1; seed <= 3; seed++) {
            check(SwarmRuns.scenario("equal8", seed), 1.15, 1.15);
            check(SwarmRuns.scenario("equal16", seed), 1.2, 1.2);
        }
    }

    @Test
    void mixedLinksAreNearTheMinimum() {
        for (long seed = 1; seed <= 3; seed++) {
            SwarmResult result = check(SwarmRuns.scenario("mixed", seed), 1.04, 8);
            assertThat(result.halfOverLast()).as(result.toString()).isLessThan(0.72);
        }
    }

    private static SwarmResult check(SwarmScenario scenario, double mostTime, double mostCopies) {
        SwarmResult result = SwarmSimulation.run(scenario);
        assertThat(result.violations()).as(result.toString()).isEmpty();
        assertThat(result.lastOverMinimum()).as(result.toString()).isLessThan(mostTime);
        assertThat(result.seedCopies()).as(result.toString()).isLessThan(mostCopies);
        return result;
    }
}
